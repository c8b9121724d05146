import type { Writable } from "node:stream";
import { CliError } from "./cli-error.ts";
import { type CliIo, type CliOutput, Interruption } from "./cli-io.ts";
import { exitCodes } from "./exit-code.ts";

/** The signals that end the program, with the exit codes that shells expect. */
const endingSignals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export interface ProcessIo extends CliIo {
  /** Settles when all that was written has left the process. */
  readonly flush: () => Promise<void>;
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
  for (const [signal, exitCode] of Object.entries(endingSignals))
    process.on(signal, () => end(new Interruption(signal, exitCode), exitCode));
  // Left to Node, it would end the process at once, and Codex would stay behind.
  process.on("uncaughtException", (error) => end(describeStray(error), exitCodes.failed));
  const output = (stream: CliOutput): CliOutput => {
    // Whoever reads may leave early (`ktx run … | head`); that is not an error of ours.
    if (!opened.has(stream)) stream.on("error", () => {});
    opened.add(stream);
    return stream;
  };
  const opened = new Set<CliOutput>();
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
    cwd: process.cwd(),
    now: () => performance.now(),
    signal: interruption.signal,
    flush: async () => {
      await Promise.all([...opened].map(drain));
    },
  };
}

function describeStray(error: unknown): CliError {
  return new CliError(
    {
      what: `An error came up where nobody waited for it: ${error instanceof Error ? error.message : String(error)}`,
      why: "A tool that starts work has to await it, or to catch what it throws.",
      next: "Run the command again with --verbose to see where it came from.",
      exitCode: exitCodes.failed,
    },
    { cause: error },
  );
}

function drain(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    stream.write("", () => resolve());
  });
}
