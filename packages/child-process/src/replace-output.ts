import type { ChildProcess } from "node:child_process";
import type { Readable, Transform } from "node:stream";
import { finished } from "node:stream/promises";
import { settleWithin } from "@ktx/timers";
import { drainMs } from "./drain-output.ts";

export type OutputName = "stdout" | "stderr";

/**
 * Puts a stream between a child and the reader of its output. The stream ends soon after the process, even if another
 * process still holds the pipe. Call it before the child is spawned, as `adoptChildProcess` does.
 *
 * @param create Creates the stream, as soon as the child has its output.
 */
export function replaceOutput(
  child: ChildProcess,
  name: OutputName,
  create: () => Transform,
): void {
  let replaced: Transform | null = null;
  Object.defineProperty(child, name, {
    configurable: true,
    enumerable: true,
    get: () => replaced,
    set: (raw: Readable | null) => {
      replaced = raw === null ? null : raw.pipe(create());
      if (raw === null || replaced === null) return;
      const stream = replaced;
      child.once("exit", () => void endSoon(raw, stream));
    },
  });
}

/** A process that outlives the child may hold its pipes until it ends. */
async function endSoon(raw: Readable, replaced: Transform): Promise<void> {
  await settleWithin(finished(raw), drainMs);
  raw.destroy();
  if (!replaced.writableEnded) replaced.end();
}
