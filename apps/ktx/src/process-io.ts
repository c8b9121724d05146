import type { Writable } from "node:stream";
import { CliError } from "./cli-error.ts";
import { type CliIo, type CliOutput, Interruption } from "./cli-io.ts";
import { currentFolder } from "./current-folder.ts";
import { type EndingSignal, endingSignals } from "./ending-signals.ts";
import { exitCodes } from "./exit-code.ts";
import type { UserCodeWatch } from "./supervise/user-code-watch.ts";

export interface ProcessIo extends CliIo {
  /** Settles when all output has left the process; with the error where stdout did not accept it. */
  readonly flush: () => Promise<Error | undefined>;
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
 * second ends at once.
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
  onSignal((signal) => {
    const exitCode = endingSignals[signal];
    end(new Interruption(signal, exitCode), exitCode);
  });
  // Without a handler, Node would end the process at once and leave Codex running.
  process.on("uncaughtException", (error) => end(describeStray(error), exitCodes.failed));
  const opened = new Map<Writable, () => Error | undefined>();
  const output = (stream: CliOutput): CliOutput => {
    if (!opened.has(stream)) opened.set(stream, noteFailure(stream));
    return stream;
  };
  return {
    // Node opens each of them on first use, at some milliseconds each.
    get stdin() {
      return process.stdin;
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
      await Promise.all([...opened.keys()].map(drain));
      return opened.get(stdout ?? process.stdout)?.();
    },
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
function noteFailure(stream: Writable): () => Error | undefined {
  let failure: Error | undefined;
  stream.on("error", (error) => (failure ??= error));
  return () => failure;
}

/** Settles when all output has left the process, or cannot leave it. */
function drain(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    // An error is announced one tick after its write has settled.
    stream.write("", () => setImmediate(resolve));
  });
}
