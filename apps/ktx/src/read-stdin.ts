import { addAbortSignal } from "node:stream";
import { text } from "node:stream/consumers";
import { usageError } from "./cli-error.ts";
import type { CliIo } from "./cli-io.ts";
import { printText } from "./terminal/print.ts";

/** Milliseconds without input after which the wait is explained. */
const silenceMs = 2_000;

/**
 * All of stdin as text. Says on stderr that it waits where nothing comes, at once in a terminal. Rejects with the
 * signal's reason when the user interrupts.
 *
 * @throws {CliError} for a stdin that cannot be read, such as a folder.
 */
export async function readStdin({
  stdin,
  stderr,
  signal,
}: Pick<CliIo, "stdin" | "stderr" | "signal">): Promise<string> {
  const explain = (): void => {
    printText(stderr, "Reading the prompt from stdin. Ctrl-D ends it.\n");
  };
  if (stdin.isTTY === true) explain();
  const wait = stdin.isTTY === true ? undefined : setTimeout(explain, silenceMs);
  try {
    const read = text(addAbortSignal(signal, stdin));
    stdin.once("readable", () => clearTimeout(wait));
    return await read;
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
  } finally {
    clearTimeout(wait);
  }
}
