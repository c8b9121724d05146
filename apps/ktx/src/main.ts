import { runCli } from "./cli.ts";
import { CliError } from "./cli-error.ts";
import { exitCodes } from "./exit-code.ts";
import { isReaderGone, lostOutput } from "./output-failure.ts";
import { openProcessIo, type ProcessIo } from "./process-io.ts";

/**
 * Runs the command line of this process. Never rejects.
 *
 * @param exit ends the process at once.
 * @returns the exit code, when all that was written has left the process.
 */
export async function main(process: NodeJS.Process, exit: (code: number) => void): Promise<number> {
  const io = openProcessIo(process, exit);
  const args = process.argv.slice(2);
  process.once("beforeExit", () => {
    void report(neverDone(), io).then(exit);
  });
  try {
    return await settleOutput(io, await runCli(args, io));
  } catch (error) {
    return await report(error, io);
  }
}

/** An answer that could not be written makes a command fail. Where its reader has left, quietly. */
async function settleOutput(io: ProcessIo, exitCode: number): Promise<number> {
  const failure = await io.flush();
  if (failure === undefined) return exitCode;
  if (!isReaderGone(failure)) return await report(lostOutput(failure), io);
  return exitCode === exitCodes.done ? exitCodes.readerGone : exitCode;
}

async function report(error: unknown, io: ProcessIo): Promise<number> {
  const { reportError } = await import("./report-error.ts");
  const exitCode = reportError(error, io, { verbose: false });
  await io.flush();
  return exitCode;
}

/** The event loop is empty, and the command is not done. */
function neverDone(): CliError {
  return new CliError({
    what: "The command did not end: it waits for something that can no longer happen.",
    why: "No timer, connection or process is left that could bring it.",
    next: "Run the command again, and report this with what you did.",
    exitCode: exitCodes.failed,
  });
}
