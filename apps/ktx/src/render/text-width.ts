import type { CliOutput } from "../cli-io.ts";

/** Wider text is tiring to read; a log has no width and gets this one. */
const widestText = 80;

/** The number of columns for text for people. */
export function textWidth(output: CliOutput): number {
  return Math.max(40, Math.min(output.columns ?? widestText, widestText));
}
