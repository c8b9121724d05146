import type { CliOutput } from "../cli-io.ts";
import { fitLines } from "../terminal/fit-lines.ts";
import { terminalWidth } from "./text-width.ts";

/** Lines of a change, each with its mark; one that is too wide for the terminal has the mark in each of its rows. */
export function diffLines(
  lines: readonly string[],
  mark: string,
  output: CliOutput,
): readonly string[] {
  const rowsOf = (line: string): string =>
    output.isTTY === true ? fitLines(line, terminalWidth(output) - mark.length) : line;
  return lines.flatMap((line) =>
    rowsOf(line)
      .split("\n")
      .map((row) => `${mark}${row}`),
  );
}
