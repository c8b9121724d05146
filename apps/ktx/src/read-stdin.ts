import { addAbortSignal } from "node:stream";
import { text } from "node:stream/consumers";
import type { CliIo } from "./cli-io.ts";

/** All of stdin as text. Rejects with the signal's reason when the user interrupts. */
export async function readStdin({
  stdin,
  signal,
}: Pick<CliIo, "stdin" | "signal">): Promise<string> {
  try {
    return await text(addAbortSignal(signal, stdin));
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
