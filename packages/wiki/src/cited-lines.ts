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

/** Compares hashes of which one may be cut. */
export function matches(hash: string | undefined, cited: string): boolean {
  return hash !== undefined && (hash.startsWith(cited) || cited.startsWith(hash));
}

/** The lines of a source as citations count them. */
export function linesOfSource(source: string): readonly string[] {
  return splitLines(source.replace(/^\uFEFF/, "")).map(({ text }) => text);
}

/** The hash of these lines; undefined where they hold nothing but white space. */
export function hashOf(lines: readonly string[]): string | undefined {
  const folded = lines.join("\n").replaceAll(/\s+/g, " ").trim();
  return folded === "" ? undefined : contentHash(folded).slice(0, citationHashLength);
}

/** `12-40`, or `12` for one line. */
export function rangeOf({ from, to }: LineRange): string {
  return from === to ? `${from}` : `${from}-${to}`;
}
