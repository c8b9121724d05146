import { CliError } from "../cli-error.ts";
import { exitCodes } from "../exit-code.ts";
import { describeUserCode, type UserCode } from "./user-code-watch.ts";

/** A run that was past its limit, in a process that could not end it. */
export function blockedPastLimit(limitMs: number, running: readonly UserCode[]): CliError {
  return new CliError({
    what: `Stopped: ${describeUserCode(running)} did not return within the time limit of ${limitMs / 1_000} s.`,
    why: "It blocks the process: a loop, or a synchronous call that does not end. The process was ended, and Codex with it.",
    next: "Let it await what takes long, or give it more time with --timeout.",
    exitCode: exitCodes.stopped,
  });
}

/** What a process that could not react to a signal is ended with, as a line for stderr. */
export function describeForcedInterruption(running: readonly UserCode[]): string {
  return `Interrupted: ${describeUserCode(running)} did not return, and was ended. Nothing is left running.\n`;
}

export interface UnexpectedEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly running: readonly UserCode[];
}

/** The process of a run ended, and the run did not. */
export function endedTooEarly({ exitCode, signal, running }: UnexpectedEnd): CliError {
  const how = signal === null ? `exited with code ${exitCode}` : `was ended by ${signal}`;
  const during = running.length === 0 ? "" : `, while ${describeUserCode(running)} was running`;
  return new CliError({
    what: `The run did not end: its process ${how}${during}.`,
    ...(signal === null
      ? {
          why: "Code of the tools or schema module ended it, as process.exit() does.",
          next: "Let that code throw an error instead, which ktx reports.",
        }
      : {
          why: "The system, or another process, ended it. A process that runs out of memory ends so, too.",
          next: "Run the command again, and watch its memory.",
        }),
    exitCode: exitCodes.failed,
  });
}
