import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { plain, wrapText } from "../render/layout.ts";
import { textWidth } from "../render/text-width.ts";
import { printText } from "../terminal/print.ts";

/** The place of an answer: stdout, or the file of `--output`. */
export interface AnswerOutput {
  readonly isFile: boolean;
  /**
   * Writes the whole answer, and says on stderr where a file has it.
   *
   * @throws {CliError} for a file that could not be written; stdout then has the answer.
   */
  readonly write: (text: string) => Promise<void>;
}

/** True for a path that names the output of the command, wherever its process has its own descriptor 1. */
export async function isStdout(path: string, cwd: string): Promise<boolean> {
  if (path === "-") return true;
  const { descriptorOf } = await import("./descriptor-of.ts");
  return (await descriptorOf(path, cwd)) === 1;
}

/**
 * @param path the value of `--output`.
 * @throws {CliError} for a file that cannot be written.
 */
export async function openAnswerOutput(
  path: string | undefined,
  io: Pick<CliIo, "cwd" | "stdout" | "stderr" | "signal">,
): Promise<AnswerOutput> {
  if (path === undefined || (await isStdout(path, io.cwd)))
    return {
      isFile: false,
      write: async (text) => {
        io.stdout.write(text);
      },
    };
  const { openAnswerFile } = await import("./answer-file.ts");
  const file = await openAnswerFile(path, io.cwd);
  return {
    isFile: true,
    write: async (text) => {
      try {
        await untilAborted(file.write(text), io.signal);
      } catch (error) {
        io.signal.throwIfAborted();
        io.stdout.write(io.stdout.isTTY === true ? plain(text) : text);
        throw lostFile(path, error);
      }
      printText(io.stderr, `${wrapText(`The answer is in ${path}.`, textWidth(io.stderr))}\n`);
    },
  };
}

/** A pipe without a reader keeps a write waiting, and nothing can take it back. */
function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  return Promise.race([work, aborted.promise]).finally(() =>
    signal.removeEventListener("abort", abort),
  );
}

function lostFile(path: string, error: unknown): CliError {
  return new CliError(
    {
      what: `The answer could not be written to ${path}. It is on stdout instead.`,
      why: error instanceof Error ? error.message : String(error),
      next: "Copy it from there, or name another file and run the command again.",
      exitCode: exitCodes.failed,
    },
    { cause: error },
  );
}
