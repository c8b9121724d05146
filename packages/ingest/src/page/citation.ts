import { hashLines, linesNear } from "@ktx/wiki";

/** Lines of a source, and the hash of their text. */
export interface Citation {
  readonly source: string;
  /** From 1; `to` is included. */
  readonly from: number;
  readonly to: number;
  readonly hash: string;
  /** The mark of the lines around them; absent in citations of an earlier version. */
  readonly near?: string | undefined;
}

/** A citation of lines; undefined for lines that do not exist or have no text. */
export function cite(
  source: string,
  lines: readonly string[],
  from: number,
  to: number,
): Citation | undefined {
  const hash = from < 1 || to > lines.length ? undefined : hashOf(lines.slice(from - 1, to));
  if (hash === undefined) return undefined;
  return { source, from, to, hash, near: linesNear(lines, { from, to }) };
}

/** Finds cited lines in the present text of their source, also where they have moved. */
export interface CitedLines {
  /** The citation with the place where its lines are now; undefined where the source no longer has them. */
  readonly find: (citation: Citation) => Citation | undefined;
}

/**
 * The look-up of one source. Each length of a range is hashed once, and each citation looks at its nearest place alone,
 * however many claims cite the source and however often a line is repeated in it.
 */
export function createCitedLines(lines: readonly string[]): CitedLines {
  const filled = lines.flatMap((text, index) =>
    text.trim() === "" ? [] : [{ text, number: index + 1 }],
  );
  const places = new Map<number, ReadonlyMap<string, readonly Place[]>>();
  const placesOf = (length: number): ReadonlyMap<string, readonly Place[]> => {
    const known = places.get(length) ?? hashRanges(filled, length);
    places.set(length, known);
    return known;
  };
  return {
    find: (citation) => {
      const { from, to, hash } = citation;
      if (to <= lines.length && hashOf(lines.slice(from - 1, to)) === hash) return citation;
      for (let length = Math.min(to - from + 1, filled.length); length >= 1; length -= 1) {
        const nearest = nearestOf(placesOf(length).get(hash) ?? [], from);
        if (nearest !== undefined)
          return { ...citation, ...nearest, near: linesNear(lines, nearest) };
      }
      return undefined;
    },
  };
}

type Place = Pick<Citation, "from" | "to">;

/** The place that begins nearest to a line; of two, the first. The places are in order. */
function nearestOf(places: readonly Place[], line: number): Place | undefined {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((places[middle]?.from ?? 0) < line) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [places[low - 1], places[low]];
  if (before === undefined || after === undefined) return before ?? after;
  return line - before.from <= after.from - line ? before : after;
}

function hashRanges(
  filled: readonly { readonly text: string; readonly number: number }[],
  length: number,
): ReadonlyMap<string, readonly Place[]> {
  const found = new Map<string, Place[]>();
  for (let at = 0; at + length <= filled.length; at += 1) {
    const range = filled.slice(at, at + length);
    const hash = hashOf(range.map(({ text }) => text));
    if (hash === undefined) continue;
    const place = { from: range[0]?.number ?? 1, to: range.at(-1)?.number ?? 1 };
    const known = found.get(hash);
    if (known === undefined) found.set(hash, [place]);
    else known.push(place);
  }
  return found;
}

function hashOf(lines: readonly string[]): string | undefined {
  // The line break at the end lets an empty last line count as one.
  return hashLines(`${lines.join("\n")}\n`, { from: 1, to: lines.length });
}
