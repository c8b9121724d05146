import type { Writable } from "node:stream";
import { CliError } from "./cli-error.ts";
import { type CliIo, type CliOutput, Interruption } from "./cli-io.ts";
import { currentFolder } from "./current-folder.ts";
import { endingSignals, onEndingSignal } from "./ending-signals.ts";
import { exitCodes } from "./exit-code.ts";
import { drain, noteFailure } from "./output-failure.ts";

export interface ProcessIo extends CliIo {
  /** Settles when all that was written has left the process; with the error where stdout did not take it. */
  readonly flush: () => Promise<Error | undefined>;
}

/**
 * The program's view of its real process. The first signal aborts, so that all can be put away; the
 * second ends at once.
 *
 * @param exit ends the process.
 */
export function openProcessIo(process: NodeJS.Process, exit: (code: number) => void): ProcessIo {
  const interruption = new AbortController();
  const end = (reason: Error, exitCode: number): void => {
    if (interruption.signal.aborted) exit(exitCode);
    interruption.abort(reason);
  };
  onEndingSignal(process, (signal) => {
    const exitCode = endingSignals[signal];
    end(new Interruption(signal, exitCode), exitCode);
  });
  // Left to Node, it would end the process at once, and Codex would stay behind.
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
      return output(process.stdout);
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
    flush: async () => {
      await Promise.all([...opened.keys()].map(drain));
      return opened.get(process.stdout)?.();
    },
  };
}

function describeStray(error: unknown): CliError {
  return new CliError(
    {
      what: `Unhandled error in a tool: ${error instanceof Error ? error.message : String(error)}`,
      why: "A tool that starts work has to await it, or to catch what it throws.",
      next: "Run the command again with --verbose to see where it came from.",
      exitCode: exitCodes.failed,
    },
    { cause: error },
  );
}
