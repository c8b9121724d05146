import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  type Document,
  type LineCounter,
  type Pair,
  type YAMLMap,
} from "yaml";
import type { AliasTargets } from "./alias-targets.ts";
import type { ConfigSource } from "./config-problem.ts";

/**
 * Finds keys and values of a parsed document by path, through aliases, as 1-based positions. Each mapping is
 * read once, for any number of keys.
 */
export function locateInDocument(
  document: Document,
  lines: LineCounter,
  { targetOf }: AliasTargets,
): ConfigSource["locate"] {
  const pairsOf = new Map<YAMLMap, ReadonlyMap<string, Pair>>();
  const findPair = (node: unknown, name: string): Pair | undefined => {
    if (!isMap(node)) return undefined;
    const pairs = pairsOf.get(node) ?? indexPairs(node);
    pairsOf.set(node, pairs);
    return pairs.get(name);
  };
  return (path, part) => {
    let node: unknown = document.contents;
    let offset = isNode(node) ? node.range?.[0] : undefined;
    for (const [depth, name] of path.entries()) {
      const pair = findPair(isAlias(node) ? targetOf(node) : node, name);
      if (pair === undefined) break;
      const wantsKey = part === "key" || depth < path.length - 1;
      offset = (wantsKey ? undefined : startOfValue(pair.value)) ?? startOf(pair.key) ?? offset;
      node = pair.value;
    }
    const { line, col } = lines.linePos(offset ?? 0);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
}

/** Of duplicate keys the last counts, as it does in the value. */
function indexPairs({ items }: YAMLMap): ReadonlyMap<string, Pair> {
  return new Map(
    items.flatMap((pair): [string, Pair][] =>
      isScalar(pair.key) ? [[String(pair.key.value), pair]] : [],
    ),
  );
}

/** A value that is not written has no place of its own; its key gives the place. */
function startOfValue(value: unknown): number | undefined {
  return isScalar(value) && value.value === null && value.source === ""
    ? undefined
    : startOf(value);
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
