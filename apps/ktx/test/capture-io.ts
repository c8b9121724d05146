import { Readable, Writable } from "node:stream";
import type { CliIo } from "../src/cli-io.ts";

export interface CapturedIo extends CliIo {
  /** What was written so far. */
  readonly written: { stdout: string; stderr: string };
  readonly interrupt: (reason: Error) => void;
}

/** A command line's surroundings in memory: no terminal, empty environment, a clock that stands still. */
export function captureIo(
  options: {
    readonly stdin?: string;
    readonly isTTY?: boolean;
    readonly env?: CliIo["env"];
    readonly cwd?: string;
  } = {},
): CapturedIo {
  const written = { stdout: "", stderr: "" };
  const interruption = new AbortController();
  const output = (name: "stdout" | "stderr") =>
    Object.assign(
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          written[name] += chunk.toString();
          done();
        },
      }),
      { isTTY: options.isTTY ?? false },
    );
  return {
    stdin: Readable.from([options.stdin ?? ""]),
    stdout: output("stdout"),
    stderr: output("stderr"),
    env: options.env ?? {},
    cwd: options.cwd ?? import.meta.dirname,
    now: () => 0,
    signal: interruption.signal,
    written,
    interrupt: (reason) => interruption.abort(reason),
  };
}
