import { contentHash } from "./content-hash.ts";
import { splitLines } from "./text-lines.ts";

/** Lines of a source, both counted from 1 and both within. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** A citation's hash has this many hexadecimal digits of a SHA-256. */
export const citationHashLength = 16;

/**
 * The hash of lines of a source, in which each run of white space counts as one space. Pure.
 *
 * @returns undefined where the lines do not exist, or hold nothing but white space.
 */
export function hashLines(source: string, { from, to }: LineRange): string | undefined {
  const lines = linesOfSource(source);
  if (
    !Number.isInteger(from) ||
    !Number.isInteger(to) ||
    from < 1 ||
    to < from ||
    to > lines.length
  )
    return undefined;
  return hashOf(lines.slice(from - 1, to));
}

/**
 * The place where cited lines stand now, the nearest one to their old place. Blank lines and indentation may differ.
 * Pure.
 */
export function findLines(source: string, cited: LineRange, hash: string): LineRange | undefined {
  const filled = linesOfSource(source).flatMap((text, index) =>
    text.trim() === "" ? [] : [{ text, number: index + 1 }],
  );
  const longest = Math.min(cited.to - cited.from + 1, filled.length);
  // A range with many blank lines is rare: so many shorter ranges are tried, and no more work than this.
  let work = 3_000_000;
  for (let length = longest; length >= 1 && work > 0; length -= 1) {
    let nearest: LineRange | undefined;
    for (let at = 0; at + length <= filled.length && work > 0; at += 1) {
      work -= length;
      const window = filled.slice(at, at + length);
      const [first, last] = [window[0], window.at(-1)];
      if (
        first === undefined ||
        last === undefined ||
        !matches(hashOf(window.map(({ text }) => text)), hash)
      )
        continue;
      const found = { from: first.number, to: last.number };
      if (
        nearest === undefined ||
        Math.abs(found.from - cited.from) < Math.abs(nearest.from - cited.from)
      )
        nearest = found;
    }
    if (nearest !== undefined) return nearest;
  }
  return undefined;
}

/** Compares hashes of which one may be cut. */
export function matches(hash: string | undefined, cited: string): boolean {
  return hash !== undefined && (hash.startsWith(cited) || cited.startsWith(hash));
}

/** The lines of a source as citations count them. */
export function linesOfSource(source: string): readonly string[] {
  return splitLines(source.replace(/^\uFEFF/, "")).map(({ text }) => text);
}

function hashOf(lines: readonly string[]): string | undefined {
  const folded = lines.join("\n").replaceAll(/\s+/g, " ").trim();
  return folded === "" ? undefined : contentHash(folded).slice(0, citationHashLength);
}

/** `12-40`, or `12` for one line. */
export function rangeOf({ from, to }: LineRange): string {
  return from === to ? `${from}` : `${from}-${to}`;
}
