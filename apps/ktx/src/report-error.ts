import { type CliIo, Interruption } from "./cli-io.ts";
import { CliError, type CliErrorParts } from "./cli-error.ts";
import { describeFileError } from "./describe-file-error.ts";
import { exitCodes } from "./exit-code.ts";
import { createRedact } from "./logs/clean-text.ts";
import { plain, wrapText } from "./render/layout.ts";
import { textWidth } from "./render/text-width.ts";
import { createStyle } from "./render/style.ts";
import { printText } from "./terminal/print.ts";

/** Prints an error on stderr: the problem, its cause, and the fix. Returns the exit code. */
export function reportError(
  error: unknown,
  io: Pick<CliIo, "stderr" | "env">,
  { verbose }: { readonly verbose: boolean },
): number {
  if (error instanceof Interruption) {
    printText(io.stderr, "Interrupted. Nothing is left running.\n");
    return error.exitCode;
  }
  const parts =
    error instanceof CliError
      ? error.parts
      : (describeFileError(error) ?? describeDefect(error, verbose));
  printText(io.stderr, renderError(parts, io));
  if (verbose) printText(io.stderr, `${createRedact(io.env)(stackOf(error))}\n`);
  return parts.exitCode;
}

/** The three parts as lines, for a terminal or a log. */
export function renderError(
  { what, why, next }: Omit<CliErrorParts, "exitCode">,
  { stderr, env }: Pick<CliIo, "stderr" | "env">,
): string {
  const style = createStyle(stderr, env);
  const redact = createRedact(env);
  const part = (label: string, text: string, emphasis: (text: string) => string): string => {
    const [first = "", ...rest] = wrapText(plain(text), textWidth(stderr), "       ").split("\n");
    return `${[emphasis(label.padEnd(7)) + first.trimStart(), ...rest].join("\n")}\n`;
  };
  return [
    part("error:", redact(what), style.bad),
    why === undefined ? "" : part("why:", redact(why), style.dim),
    next === undefined ? "" : part("next:", next, style.bold),
  ].join("");
}

function describeDefect(error: unknown, verbose: boolean): CliErrorParts {
  return {
    what: `Unexpected error in ktx: ${error instanceof Error ? error.message : String(error)}`,
    why: "This is a defect of ktx, not of your command.",
    ...(!verbose && { next: "Run the command again with --verbose and report its output." }),
    exitCode: exitCodes.failed,
  };
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
