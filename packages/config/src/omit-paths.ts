import { isMapping } from "./mapping.ts";

/** Keys with a left-out key below them; `undefined` leaves out the key itself. */
type Cut = Map<string, Cut | undefined>;

/**
 * A copy of `value` without the keys at `paths`, in one pass for any number of paths. Mappings without a left-out
 * key are shared with `value`, which does not change.
 */
export function omitPaths(value: unknown, paths: readonly (readonly string[])[]): unknown {
  return omit(value, buildCut(paths));
}

function buildCut(paths: readonly (readonly string[])[]): Cut {
  const root: Cut = new Map();
  for (const path of paths) {
    let cut: Cut | undefined = root;
    for (const [depth, key] of path.entries()) {
      if (depth === path.length - 1) cut.set(key, undefined);
      else {
        // A key that is left out takes what is below it along.
        if (!cut.has(key)) cut.set(key, new Map());
        cut = cut.get(key);
      }
      if (cut === undefined) break;
    }
  }
  return root;
}

function omit(value: unknown, cut: Cut): unknown {
  if (cut.size === 0 || !isMapping(value)) return value;
  const kept = Object.entries(value).flatMap(([key, child]): [string, unknown][] => {
    if (!cut.has(key)) return [[key, child]];
    const below = cut.get(key);
    return below === undefined ? [] : [[key, omit(child, below)]];
  });
  return Object.fromEntries(kept);
}
