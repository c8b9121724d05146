import type { Writable } from "node:stream";
import { CliError } from "./cli-error.ts";
import { type CliIo, type CliOutput, Interruption } from "./cli-io.ts";
import { currentFolder } from "./current-folder.ts";
import { type EndingSignal, endingSignals } from "./ending-signals.ts";
import { exitCodes } from "./exit-code.ts";
import { refreshSize } from "./terminal/refresh-size.ts";
import type { UserCodeWatch } from "./supervise/user-code-watch.ts";

export interface ProcessIo extends CliIo {
  /** Settles when all output has left the process; with the error where stdout did not accept it. */
  readonly flush: () => Promise<Error | undefined>;
  /** True once a stream of the terminal has failed because the terminal is closed. */
  readonly isTerminalGone: () => boolean;
}

export interface ProcessIoOptions {
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
  /** Calls back for each signal that ends the program. */
  readonly onSignal: (listener: (signal: EndingSignal) => void) => void;
  /** @default the process's own */
  readonly stdout?: CliOutput;
  readonly userCode?: UserCodeWatch;
}

/**
 * The program's view of its real process. The first signal aborts, so that everything can be cleaned up; the
 * second ends at once. A terminal that closes may send SIGHUP more than once, and its streams fail beside it, in any
 * order: together they are the first signal.
 */
export function openProcessIo(
  process: NodeJS.Process,
  { exit, onSignal, stdout, userCode }: ProcessIoOptions,
): ProcessIo {
  const interruption = new AbortController();
  const end = (reason: Error, exitCode: number): void => {
    if (interruption.signal.aborted) exit(exitCode);
    interruption.abort(reason);
  };
  const hangUp = (): void => {
    if (!interruption.signal.aborted)
      interruption.abort(new Interruption("SIGHUP", endingSignals.SIGHUP));
  };
  let isTerminalGone = false;
  const loseTerminal = (): void => {
    isTerminalGone = true;
    hangUp();
  };
  onSignal((signal) => {
    if (signal === "SIGHUP") return hangUp();
    const exitCode = endingSignals[signal];
    end(new Interruption(signal, exitCode), exitCode);
  });
  // Without a handler, Node would end the process at once and leave Codex running.
  const failStray = (error: unknown): void => end(describeStray(error), exitCodes.failed);
  process.on("uncaughtException", failStray);
  const opened = new Map<CliOutput, () => Error | undefined>();
  const output = (stream: CliOutput): CliOutput => {
    if (!opened.has(stream)) opened.set(stream, noteFailure(stream, loseTerminal));
    return stream;
  };
  const refreshTerminal = (): void => {
    for (const stream of opened.keys()) refreshSize(stream);
  };
  let watched: CliIo["stdin"] | undefined;
  const input = (stream: CliIo["stdin"]): CliIo["stdin"] => {
    if (stream.isTTY !== true || watched === stream) return stream;
    watched = stream;
    stream.on("error", (error) => (isOfClosed(error) ? loseTerminal() : failStray(error)));
    // Also Ctrl-D ends it.
    return stream.on("end", refreshTerminal);
  };
  return {
    // Node opens each of them on first use, at some milliseconds each.
    get stdin() {
      return input(process.stdin);
    },
    get stdout() {
      return output(stdout ?? process.stdout);
    },
    get stderr() {
      return output(process.stderr);
    },
    env: process.env,
    get cwd() {
      return currentFolder(process);
    },
    now: () => performance.now(),
    signal: interruption.signal,
    userCode,
    flush: async () => {
      refreshTerminal();
      await Promise.all([...opened.keys()].map(drain));
      return opened.get(stdout ?? process.stdout)?.();
    },
    isTerminalGone: () => isTerminalGone,
  };
}

function describeStray(error: unknown): CliError {
  return new CliError(
    {
      what: `Unhandled error in a tool: ${error instanceof Error ? error.message : String(error)}`,
      why: "A tool that starts work must await it or catch its errors.",
      next: "Run the command again with --verbose to see where it came from.",
      exitCode: exitCodes.failed,
    },
    { cause: error },
  );
}

/** Records the first error of a stream, and keeps it from ending the process. */
function noteFailure(stream: CliOutput, onTerminalGone: () => void): () => Error | undefined {
  let failure: Error | undefined;
  stream.on("error", (error) => {
    failure ??= error;
    if (stream.isTTY === true && isOfClosed(error)) onTerminalGone();
  });
  return () => failure;
}

/** True for the error of a stream whose terminal is closed. */
function isOfClosed(error: Error): boolean {
  return "code" in error && ["EIO", "ENXIO", "EBADF"].includes(String(error.code));
}

/** Settles when all output has left the process, or cannot leave it. */
function drain(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    // An error is announced one tick after its write has settled.
    stream.write("", () => setImmediate(resolve));
  });
}
