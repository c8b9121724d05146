import type { Writable } from "node:stream";
import { CliError } from "./cli-error.ts";
import { exitCodes } from "./exit-code.ts";

/** Takes note of the first error of a stream, and keeps it from ending the process. */
export function noteFailure(stream: Writable): () => Error | undefined {
  let failure: Error | undefined;
  stream.on("error", (error) => (failure ??= error));
  return () => failure;
}

/** Settles when all that was written has left the process, or cannot. */
export function drain(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    // An error is announced one tick after its write has settled.
    stream.write("", () => setImmediate(resolve));
  });
}

/** The reader of the output has left, as in `ktx models | head -1`. */
export function isReaderGone(error: Error): boolean {
  return "code" in error && error.code === "EPIPE";
}

/** What to report where stdout did not take the answer. */
export function lostOutput(error: Error): CliError {
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
