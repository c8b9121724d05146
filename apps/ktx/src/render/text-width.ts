import type { CliOutput } from "../cli-io.ts";

/** Wider text is tiring to read; a log has no width and gets this one. */
const widestText = 80;

/** Narrower text would be a column of single words. */
const narrowestText = 20;

/** The number of columns of the terminal now. A log has none, and some terminals say 0: they get those of text for people. */
export function screenColumns({ columns = 0 }: CliOutput): number {
  return columns > 0 ? columns : widestText;
}

/** The number of columns for lines in the terminal now. */
export function terminalWidth(output: CliOutput): number {
  return Math.max(narrowestText, screenColumns(output));
}

/** The number of columns for text for people. */
export function textWidth(output: CliOutput): number {
  return Math.min(terminalWidth(output), widestText);
}
