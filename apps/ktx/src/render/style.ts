import { styleText } from "node:util";
import type { CliIo, CliOutput } from "../cli-io.ts";

/** Emphasis for people; plain text without colours. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
}

/** Colours only for a terminal, and none where `NO_COLOR` is set (see no-color.org) or TERM is dumb. */
export function createStyle(output: CliOutput, env: CliIo["env"]): Style {
  const coloured = output.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  const styled =
    (format: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      coloured ? styleText(format, text, { validateStream: false }) : text;
  return {
    bold: styled("bold"),
    dim: styled("dim"),
    good: styled("green"),
    warn: styled("yellow"),
    bad: styled("red"),
  };
}
