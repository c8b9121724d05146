import { stripVTControlCharacters } from "node:util";

/**
 * A line of a text whose layout depends on the width. One that shows words side by side, such as the row of a table, may
 * have several rows; it says what stands in them, in the order of the source.
 */
export type DraftLine = string | { readonly text: string; readonly says: string };

/** Characters that a new layout adds or leaves out: they say nothing about how much of a text is shown. */
export const layoutMarks: RegExp = /[\s│─┼]/;

export function textOf(line: DraftLine): string {
  return typeof line === "string" ? line : line.text;
}

/** The line with another text, which says the same. */
export function withText(line: DraftLine, change: (text: string) => string): DraftLine {
  return typeof line === "string"
    ? change(line)
    : { text: change(line.text), says: change(line.says) };
}

/** The characters by which the line is known in any layout. */
export function charactersOf(line: DraftLine): string {
  return stripVTControlCharacters(typeof line === "string" ? line : line.says)
    .split("")
    .filter((character) => !layoutMarks.test(character))
    .join("");
}
