import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { type DraftLine, textOf } from "./draft-line.ts";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** A line on the screen, and the number of rows in which it stands there. */
export interface ShownLine {
  readonly line: DraftLine;
  readonly rows: number;
}

/** The line as a terminal of this width shows it. One that is too wide has several rows. */
export function showLine(line: DraftLine, columns: number): ShownLine {
  const rows = textOf(line)
    .split("\n")
    .reduce((height, row) => height + rowsOf(row, columns), 0);
  return { line, rows };
}

/** The rows of all of them. */
export function heightOf(lines: readonly ShownLine[]): number {
  return lines.reduce((height, { rows }) => height + rows, 0);
}

function rowsOf(line: string, columns: number): number {
  if (stringWidth(line) <= columns) return 1;
  let rows = 1;
  let used = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(line))) {
    const width = stringWidth(segment);
    // A wide character does not stand in two rows.
    if (used + width > columns) {
      rows += 1;
      used = 0;
    }
    used += width;
  }
  return rows;
}
