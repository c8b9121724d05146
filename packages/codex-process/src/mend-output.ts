import type { ChildProcess } from "node:child_process";
import { firstBytes, replaceOutput } from "@ktx/child-process";
import { eventLines } from "./event-lines.ts";
import { OutputLimitError, type OutputLimits } from "./output-limit-error.ts";

/** The result of a child's output. */
export interface MendedOutput {
  /** The reason why the output was cut off; absent while it is within its limits. */
  readonly tooMuch: OutputLimitError | undefined;
  /** The number of lines that were not events. */
  readonly skippedLines: number;
}

/**
 * Puts streams between a child and the reader of its output: only whole lines with events, no more than the limits
 * allow, and an end soon after the end of the process, even when another process holds the pipe. Called before the
 * child is spawned.
 *
 * @param end Ends the process, which has written too much.
 */
export function mendOutput(
  child: ChildProcess,
  limits: OutputLimits,
  end: () => void,
): MendedOutput {
  let tooMuch: OutputLimitError | undefined;
  let skippedLines = 0;
  const stop = (what: "a line" | "standard error", limitBytes: number): void => {
    tooMuch ??= new OutputLimitError(what, limitBytes);
    end();
  };
  const { lineBytes, stderrBytes } = limits;
  replaceOutput(child, "stdout", () =>
    eventLines({
      limitBytes: lineBytes,
      onTooLong: () => stop("a line", lineBytes),
      onSkipped: () => (skippedLines += 1),
    }),
  );
  replaceOutput(child, "stderr", () =>
    firstBytes(stderrBytes, () => stop("standard error", stderrBytes)),
  );
  return {
    get tooMuch() {
      return tooMuch;
    },
    get skippedLines() {
      return skippedLines;
    },
  };
}
