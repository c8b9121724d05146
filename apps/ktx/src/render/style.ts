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

/** True for a terminal with colours: one where neither NO_COLOR (see no-color.org) nor TERM=dumb forbids them. */
export function isColoured(output: CliOutput, env: CliIo["env"]): boolean {
  return output.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
}

/** Colours only for a terminal, and none where `NO_COLOR` is set (see no-color.org) or TERM is dumb. */
export function createStyle(output: CliOutput, env: CliIo["env"]): Style {
  const coloured = isColoured(output, env);
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
