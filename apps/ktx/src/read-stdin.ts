import { addAbortSignal } from "node:stream";
import { text } from "node:stream/consumers";
import { usageError } from "./cli-error.ts";
import type { CliIo } from "./cli-io.ts";

/**
 * All of stdin as text. Rejects with the signal's reason when the user interrupts.
 *
 * @throws {CliError} for a stdin that cannot be read, such as a folder.
 */
export async function readStdin({
  stdin,
  signal,
}: Pick<CliIo, "stdin" | "signal">): Promise<string> {
  try {
    return await text(addAbortSignal(signal, stdin));
  } catch (error) {
    signal.throwIfAborted();
    throw usageError(
      "The prompt could not be read from stdin.",
      {
        why: error instanceof Error ? error.message : String(error),
        next: "Pipe the prompt in, or give it as an argument.",
      },
      { cause: error },
    );
  }
}
