import { ProcessFailure } from "./process-failure.ts";

/** A process was ended because it wrote more than the limit. */
export class OutputLimitError extends ProcessFailure {
  override readonly name: string = "OutputLimitError";
  readonly kind = "process";

  constructor(what: "a line" | "standard error" | "unread messages", limitBytes: number) {
    super(`Codex was stopped: ${describe(what, limitBytes)}`);
  }
}

function describe(what: "a line" | "standard error" | "unread messages", limit: number): string {
  const advice = "Check that its path leads to the Codex binary.";
  switch (what) {
    case "a line":
      return `it wrote a line of more than ${limit} bytes. ${advice}`;
    case "standard error":
      return `it wrote more than ${limit} bytes to standard error. ${advice}`;
    case "unread messages":
      return `more than ${limit} characters of a thread's messages were not read. Read them faster, or let callbacks of the run return sooner.`;
    default:
      return what satisfies never;
  }
}

/** The limits on a process's output, in bytes. */
export interface OutputLimits {
  /** One line of standard output: an event, which holds at most 1 MiB of a tool's result (0.163.0). */
  readonly lineBytes: number;
  /** All of standard error, which the SDK keeps for its error. */
  readonly stderrBytes: number;
}

export const outputLimits: OutputLimits = {
  lineBytes: 32 * 1024 * 1024,
  stderrBytes: 8 * 1024 * 1024,
};
