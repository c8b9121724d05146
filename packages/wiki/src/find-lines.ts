import { citationHashLength, hashOf, type LineRange, linesOfSource } from "./cited-lines.ts";

interface FilledLine {
  readonly text: string;
  readonly number: number;
}

/** The lines of a source with text, and the places of each range of them by its hash, for the lengths asked so far. */
interface IndexedSource {
  readonly source: string;
  readonly filled: readonly FilledLine[];
  readonly places: Map<number, ReadonlyMap<string, readonly number[]>>;
}

/** The citations of one source are checked one after another: its ranges are hashed once for all of them. */
let latest: IndexedSource | undefined;

/** A citation of many lines may stand for fewer, where some are blank: so many lines are hashed for one, and no more. */
const mostWork = 3_000_000;
const mostKept = 200_000;

/**
 * The place where cited lines stand now, the nearest one to their old place. Blank lines and indentation may differ.
 * Pure.
 */
export function findLines(source: string, cited: LineRange, hash: string): LineRange | undefined {
  const indexed = latest?.source === source ? latest : indexOf(source);
  const { filled, places } = indexed;
  // The ranges of a larger one would stay in memory for nothing.
  if (filled.length <= mostKept) latest = indexed;
  let work = mostWork;
  for (let length = Math.min(cited.to - cited.from + 1, filled.length); length >= 1; length -= 1) {
    let known = places.get(length);
    if (known === undefined) {
      if (work <= 0) continue;
      work -= length * filled.length;
      known = hashRanges(filled, length);
      places.set(length, known);
    }
    const found = nearest(startsOf(known, hash), filled, cited.from);
    const [first, last] = [filled[found ?? -1], filled[(found ?? -1) + length - 1]];
    if (found !== undefined && first !== undefined && last !== undefined)
      return { from: first.number, to: last.number };
  }
  return undefined;
}

function indexOf(source: string): IndexedSource {
  const filled = linesOfSource(source).flatMap((text, index) =>
    text.trim() === "" ? [] : [{ text, number: index + 1 }],
  );
  return { source, filled, places: new Map() };
}

function hashRanges(
  filled: readonly FilledLine[],
  length: number,
): ReadonlyMap<string, readonly number[]> {
  const starts = new Map<string, number[]>();
  for (let at = 0; at + length <= filled.length; at += 1) {
    const hash = hashOf(filled.slice(at, at + length).map(({ text }) => text));
    if (hash === undefined) continue;
    const known = starts.get(hash);
    if (known === undefined) starts.set(hash, [at]);
    else known.push(at);
  }
  return starts;
}

/** A cited hash may be longer than ours, or cut. */
function startsOf(starts: ReadonlyMap<string, readonly number[]>, hash: string): readonly number[] {
  if (hash.length >= citationHashLength) return starts.get(hash.slice(0, citationHashLength)) ?? [];
  return [...starts].flatMap(([key, places]) => (key.startsWith(hash) ? places : []));
}

function nearest(
  starts: readonly number[],
  filled: readonly FilledLine[],
  from: number,
): number | undefined {
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const start of starts) {
    const distance = Math.abs((filled[start]?.number ?? 0) - from);
    if (distance >= least) continue;
    best = start;
    least = distance;
  }
  return best;
}
