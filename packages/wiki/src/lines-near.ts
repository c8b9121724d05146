import { type LineRange, linesOfSource } from "./cited-lines.ts";
import { contentHash } from "./content-hash.ts";

/**
 * The mark of the two lines with text around cited ones: four hexadecimal digits of the hash of the line before, and
 * four of the one behind. It tells deleted lines from changed ones later. Pure.
 *
 * @param source the text, or its lines.
 */
export function linesNear(source: string | readonly string[], { from, to }: LineRange): string {
  const lines = typeof source === "string" ? linesOfSource(source) : source;
  const before = lines.slice(0, from - 1).findLast(hasText);
  const behind = lines.slice(to).find(hasText);
  return markOf(before) + markOf(behind);
}

/**
 * True where cited lines have been deleted: the two lines around them now follow one another. False where other lines
 * stand between the two, or one of the two is not there any more. Pure.
 *
 * @param near as `linesNear` gives it; undefined for a citation that somebody wrote without it.
 */
export function areDeleted(
  source: string,
  { from, to }: LineRange,
  near: string | undefined,
): boolean {
  const { marks, lastLine } = marksOf(source);
  // The file now ends before the lines.
  if (lastLine < from) return true;
  if (near === undefined) return false;
  const [before, behind] = [near.slice(0, 4), near.slice(4)];
  const most = 2 * (to - from + 1) + 2;
  let follow = false;
  for (const [at, mark] of marks.entries()) {
    if (mark !== before) continue;
    const rest = marks.slice(at + 1, at + 2 + most);
    const gap = rest.indexOf(behind);
    if (gap > 0) return false;
    follow ||= gap === 0;
  }
  return follow;
}

interface MarkedSource {
  /** Those of the lines with text, with the start and the end of the file, which count as lines. */
  readonly marks: readonly string[];
  /** The last line with text; counts from 1. */
  readonly lastLine: number;
}

/** The citations of one source are checked one after another. */
let latest: { readonly source: string; readonly marked: MarkedSource } | undefined;

function marksOf(source: string): MarkedSource {
  if (latest?.source === source) return latest.marked;
  const lines = linesOfSource(source);
  const end = markOf(undefined);
  const marks = [end, ...lines.filter(hasText).map(markOf), end];
  const marked = { marks, lastLine: lines.findLastIndex(hasText) + 1 };
  latest = { source, marked };
  return marked;
}

function hasText(line: string): boolean {
  return line.trim() !== "";
}

/** The start and the end of a file have the mark of a line without text. */
function markOf(line: string | undefined): string {
  return contentHash((line ?? "").replaceAll(/\s+/g, " ").trim()).slice(0, 4);
}
