import { LiveValues } from "./live-values.ts";
import { openRunStream, type RunStream, type StreamedRun } from "./run-stream.ts";

/** A text that is being written. */
export interface TextStream extends RunStream {
  /**
   * The deltas of the text, without the resets between them, for a display that cannot remove text. Iteration throws the
   * error that `text` rejects with.
   */
  readonly textStream: AsyncIterable<string>;
  /** The whole answer; rejects as `generateText` does. */
  readonly text: Promise<string>;
}

/** Starts a run and returns its answer as a stream. */
export function openTextStream(
  callerSignal: AbortSignal | undefined,
  run: (streamed: StreamedRun) => Promise<string>,
): TextStream {
  const values = new LiveValues<string>("all");
  const { result, ...stream } = openRunStream(callerSignal, run, {
    values,
    take: (part) => {
      if (part.type === "text-delta") values.add(part.delta);
    },
  });
  return { ...stream, textStream: values, text: result };
}
