import type { ChildProcess } from "node:child_process";
import { type Readable, Transform } from "node:stream";
import { finished } from "node:stream/promises";
import { settleWithin } from "../../process/settle-within.ts";
import { eventLines } from "./event-lines.ts";
import { drainMs, OutputLimitError, type OutputLimits } from "../../process/output-limit-error.ts";

/** What became of a child's output. */
export interface MendedOutput {
  /** Why the output was cut off; absent while it is within its limits. */
  readonly tooMuch: OutputLimitError | undefined;
  /** How many lines were no events. */
  readonly skippedLines: number;
}

/**
 * Puts streams of ours between a child and whoever reads its output: whole lines with events alone, no more
 * than the limits allow, and an end soon after that of the process, whoever else holds the pipe. To be called
 * before the child is spawned.
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
  replace(child, "stdout", () =>
    eventLines({
      limitBytes: lineBytes,
      onTooLong: () => stop("a line", lineBytes),
      onSkipped: () => (skippedLines += 1),
    }),
  );
  replace(child, "stderr", () =>
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

function replace(child: ChildProcess, name: "stdout" | "stderr", mend: () => Transform): void {
  let mended: Transform | null = null;
  Object.defineProperty(child, name, {
    configurable: true,
    enumerable: true,
    get: () => mended,
    set: (raw: Readable | null) => {
      mended = raw === null ? null : raw.pipe(mend());
      if (raw === null || mended === null) return;
      const stream = mended;
      child.once("exit", () => void endSoon(raw, stream));
    },
  });
}

/** What a dead process has started may hold its pipes for as long as it lives. */
async function endSoon(raw: Readable, mended: Transform): Promise<void> {
  await settleWithin(finished(raw), drainMs);
  raw.destroy();
  if (!mended.writableEnded) mended.end();
}

function firstBytes(limitBytes: number, onTooMany: () => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const wasWithin = bytes <= limitBytes;
      bytes += chunk.length;
      if (bytes <= limitBytes) this.push(chunk);
      else if (wasWithin) onTooMany();
      done();
    },
  });
}
