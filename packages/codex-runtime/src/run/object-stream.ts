import { compileOutputSchema, type OutputSchema, PartialAnswer } from "@ktx/structured-output";
import { LiveValues } from "./live-values.ts";
import { openRunStream, type RunStream, type StreamedRun } from "./run-stream.ts";

/** A value that is being written. */
export interface ObjectStream<Output, Partial> extends RunStream {
  /**
   * The value so far, before its transforms: texts, lists and objects grow, other values arrive complete. Each value is
   * checked as far as possible; a value that the form or the limits of the schema refuse is not given. After a reset,
   * such as a repair, the next value is undefined, and the value of the new answer grows from its beginning.
   *
   * A reader gets the newest value each time: a slow reader misses earlier ones, a late reader begins with the last one.
   * On exec, an answer arrives complete. Iteration throws the error that `object` rejects with.
   */
  readonly partialObjectStream: AsyncIterable<Partial | undefined>;
  /** The checked value; resolves and rejects as `generateObject` does. */
  readonly object: Promise<Output>;
}

/** Starts a run and returns its value as a stream. */
export function openObjectStream<Output, Partial>(
  schema: OutputSchema<Output>,
  callerSignal: AbortSignal | undefined,
  run: (streamed: StreamedRun) => Promise<Output>,
): ObjectStream<Output, Partial> {
  const values = new LiveValues<Partial | undefined>("latest");
  // The run has compiled it before the first part.
  const begin = (): PartialAnswer =>
    new PartialAnswer((json) => compileOutputSchema(schema).decodeSoFar(json));
  let answer = begin();
  let isShown = false;
  const { result, ...stream } = openRunStream(callerSignal, run, {
    values,
    take: (part) => {
      if (part.type === "reset") {
        answer = begin();
        if (isShown) values.add(undefined);
        isShown = false;
        return;
      }
      const next = answer.push(part.delta);
      if (next === undefined) return;
      isShown = true;
      // It has the form of the schema's input, as far as it is complete.
      values.add(next.value as Partial);
    },
  });
  return { ...stream, partialObjectStream: values, object: result };
}
