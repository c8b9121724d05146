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
  const file = await openAnswerFile(path, io, {
    onWait: () => printText(io.stderr, waitingFor(path, io)),
  });
  return {
    isFile: true,
    write: async (text) => {
      try {
        await file.write(text);
      } catch (error) {
        io.signal.throwIfAborted();
        io.stdout.write(io.stdout.isTTY === true ? plain(text) : text);
        throw lostFile(path, error);
      }
      printText(io.stderr, `${wrapText(`The answer is in ${path}.`, textWidth(io.stderr))}\n`);
    },
  };
}

/** The line about an output that waits, without a reader, for somebody to open it. */
export function waitingFor(path: string, { stderr }: Pick<CliIo, "stderr">): string {
  return `${wrapText(`The pipe ${path} has no reader yet. ktx waits for one. Ctrl-C ends it.`, textWidth(stderr))}\n`;
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
