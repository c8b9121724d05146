import { ProcessFailure } from "./process-failure.ts";

/** A process wrote more than anybody may keep in memory, and was ended for it. */
export class OutputLimitError extends ProcessFailure {
  override readonly name: string = "OutputLimitError";
  readonly kind = "process";

  constructor(what: "a line" | "standard error", limitBytes: number) {
    const wrote =
      what === "a line"
        ? `a line of more than ${limitBytes} bytes`
        : `more than ${limitBytes} bytes to standard error`;
    super(`Codex was stopped: it wrote ${wrote}. Check that its path leads to the Codex binary.`);
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
