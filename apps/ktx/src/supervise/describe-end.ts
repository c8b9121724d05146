import { CliError } from "../cli-error.ts";
import { exitCodes } from "../exit-code.ts";
import { describeUserCode, type UserCode } from "./user-code-watch.ts";

/** The error of a run that exceeded its limit in a process that could not end it. */
export function blockedPastLimit(limitMs: number, running: readonly UserCode[]): CliError {
  return new CliError({
    what: `Stopped: ${describeUserCode(running)} did not return within the time limit of ${limitMs / 1_000} s.`,
    why: "It blocks its process with a loop or a synchronous call. ktx ended the process, and Codex with it.",
    next: "Make the long work asynchronous, or raise --timeout.",
    exitCode: exitCodes.stopped,
  });
}

/** The line on stderr about a process that could not react to a signal and was ended. */
export function describeForcedInterruption(running: readonly UserCode[]): string {
  return `Interrupted: ${describeUserCode(running)} did not return, so ktx ended its process. Nothing is left running.\n`;
}

/** Says that nothing else happens for now, and how to end it. */
export function describeSlowModule(name: string): string {
  return `The ${name} is still loading. Ctrl-C ends it.\n`;
}

export interface UnexpectedEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly running: readonly UserCode[];
}

/** The error of a run whose process ended before it. */
export function endedTooEarly({ exitCode, signal, running }: UnexpectedEnd): CliError {
  const how = signal === null ? `exited with code ${exitCode}` : `was ended by ${signal}`;
  const during = running.length === 0 ? "" : `, while ${describeUserCode(running)} was running`;
  return new CliError({
    what: `The run did not finish: its process ${how}${during}.`,
    ...(signal === null
      ? {
          why: "Code of the tools or schema module ended it, for instance with process.exit().",
          next: "Throw an error in that code instead; ktx reports it.",
        }
      : {
          why: "The system, or another process, ended it, for instance because it ran out of memory.",
          next: "Run the command again and watch its memory use.",
        }),
    exitCode: exitCodes.failed,
  });
}
