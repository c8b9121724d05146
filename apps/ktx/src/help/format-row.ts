import { wrapText } from "../render/layout.ts";

/** Columns that a description needs beside its term; with fewer it stands below. */
const narrowestDescription = 24;

interface HelpRow {
  readonly term: string;
  readonly description: string;
  /** Of the widest term of the list, in columns. */
  readonly termWidth: number;
  /** Of the whole text, in columns. */
  readonly width: number;
}

/** One line of a list in a help text: a term and its description, which hangs. Pure. */
export function formatRow({ term, description, termWidth, width }: HelpRow): string {
  const column = termWidth + 4;
  if (width - column < narrowestDescription)
    return `  ${term}\n${wrapText(description, width, "      ")}`;
  const left = `  ${term.padEnd(termWidth)}  `;
  return left + wrapText(description, width, " ".repeat(column)).trimStart();
}
