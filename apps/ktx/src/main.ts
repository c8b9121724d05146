import { runCli } from "./cli.ts";
import { CliError } from "./cli-error.ts";
import { endingSignals, onEndingSignal } from "./ending-signals.ts";
import { exitCodes } from "./exit-code.ts";
import { discardsAnswer } from "./output/discarded-answer.ts";
import { openProcessIo, type ProcessIo } from "./process-io.ts";
import { loadsUserCode } from "./supervise/loads-user-code.ts";

/**
 * Runs the command line of this process. Never rejects.
 *
 * @param exit ends the process at once.
 * @returns the exit code, once all output has left the process.
 */
export async function main(process: NodeJS.Process, exit: (code: number) => void): Promise<number> {
  const args = process.argv.slice(2);
  if (loadsUserCode(args)) {
    const { supervise } = await import("./supervise/supervise.ts");
    const io = openProcessIo(process, { exit, onSignal: () => {} });
    warnOfClosedOutput(args, io);
    return runToEnd({ process, io, exit }, () => supervise(args, io, process));
  }
  const io = openProcessIo(process, { exit, onSignal: (hear) => onEndingSignal(process, hear) });
  warnOfClosedOutput(args, io);
  return runToEnd({ process, io, exit }, () => runCli(args, io));
}

/** Before the run, which costs tokens. */
function warnOfClosedOutput(args: readonly string[], { stderr }: ProcessIo): void {
  if (discardsAnswer(args))
    stderr.write(
      "warning: stdout is closed or is /dev/null, so nobody will see the answer. -o <file> keeps it.\n",
    );
}

export interface Surroundings {
  readonly process: NodeJS.Process;
  readonly io: ProcessIo;
  readonly exit: (code: number) => void;
}

/** Runs one command until all its output has left the process. Never rejects. @returns the exit code. */
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

/** A terminal that is gone is an end by SIGHUP. Another output that could not be written fails the command, without a message where its reader has closed it. */
async function settleOutput(io: ProcessIo, exitCode: number): Promise<number> {
  const failure = await io.flush();
  if (io.isTerminalGone()) return endingSignals.SIGHUP;
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

/** The event loop is empty, and the command has not ended. */
function neverDone(): CliError {
  return new CliError({
    what: "The command did not finish: it waits for an event that can no longer happen.",
    why: "No timer, connection or process is left that could cause it.",
    next: "Run the command again, and report this with the command line.",
    exitCode: exitCodes.failed,
  });
}

/** The reader has closed the output, as in `ktx models | head -1`. */
function isReaderGone(error: Error): boolean {
  return "code" in error && error.code === "EPIPE";
}

/** The error of an output that stdout did not accept. */
function lostOutput(error: Error): CliError {
  return new CliError(
    {
      what: "The output could not be written. It is missing or incomplete.",
      why: error.message,
      next: "Redirect stdout to a writable file, and run the command again.",
      exitCode: exitCodes.failed,
    },
    { cause: error },
  );
}
