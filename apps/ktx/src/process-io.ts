import type { Writable } from "node:stream";
import { type CliIo, type CliOutput, Interruption } from "./cli-io.ts";

/** The signals that end the program, with the exit codes that shells expect. */
const endingSignals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export interface ProcessIo extends CliIo {
  /** Settles when all that was written has left the process. */
  readonly flush: () => Promise<void>;
}

/** The program's view of its real process. The first signal aborts, so that all can be put away; the second ends at once. */
export function openProcessIo(process: NodeJS.Process): ProcessIo {
  const interruption = new AbortController();
  for (const [signal, exitCode] of Object.entries(endingSignals))
    process.on(signal, () => {
      if (interruption.signal.aborted) process.exit(exitCode);
      interruption.abort(new Interruption(signal, exitCode));
    });
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

function drain(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    stream.write("", () => resolve());
  });
}
