import { runCli } from "./cli.ts";
import { CliError } from "./cli-error.ts";
import { onEndingSignal } from "./ending-signals.ts";
import { exitCodes } from "./exit-code.ts";
import { openProcessIo, type ProcessIo } from "./process-io.ts";
import { loadsUserCode } from "./supervise/loads-user-code.ts";

/**
 * Runs the command line of this process. Never rejects.
 *
 * @param exit ends the process at once.
 * @returns the exit code, when all that was written has left the process.
 */
export async function main(process: NodeJS.Process, exit: (code: number) => void): Promise<number> {
  const args = process.argv.slice(2);
  if (loadsUserCode(args)) {
    const { supervise } = await import("./supervise/supervise.ts");
    const io = openProcessIo(process, { exit, onSignal: () => {} });
    return runToEnd({ process, io, exit }, () => supervise(args, io, process));
  }
  const io = openProcessIo(process, { exit, onSignal: (hear) => onEndingSignal(process, hear) });
  return runToEnd({ process, io, exit }, () => runCli(args, io));
}

export interface Surroundings {
  readonly process: NodeJS.Process;
  readonly io: ProcessIo;
  readonly exit: (code: number) => void;
}

/** Runs one command until all that it wrote has left the process. Never rejects. @returns the exit code. */
export async function runToEnd(
  { process, io, exit }: Surroundings,
  command: () => Promise<number>,
): Promise<number> {
  process.once("beforeExit", () => {
    void report(neverDone(), io).then(exit);
  });
  try {
    return await settleOutput(io, await command());
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

/** The reader of the output has left, as in `ktx models | head -1`. */
function isReaderGone(error: Error): boolean {
  return "code" in error && error.code === "EPIPE";
}

/** What to report where stdout did not take the answer. */
function lostOutput(error: Error): CliError {
  return new CliError(
    {
      what: "The output could not be written. It is lost, or cut.",
      why: error.message,
      next: "Send stdout to a place that takes it, and run the command again.",
      exitCode: exitCodes.failed,
    },
    { cause: error },
  );
}
