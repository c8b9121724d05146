import { compileOutputSchema, type OutputSchema, PartialAnswer } from "@ktx/structured-output";
import { LiveValues } from "./live-values.ts";
import { openRunStream, type RunStream, type StreamedRun } from "./run-stream.ts";

/** A value that is being written. */
export interface ObjectStream<Output, Partial> extends RunStream {
  /**
   * The value so far, before its transforms: texts, lists and objects grow, everything else comes whole. Each is
   * checked as far as it goes; none is given that the form and the limits of the schema refuse. After a reset, as at
   * a repair, comes undefined, and the value of the new answer from its beginning on.
   *
   * A reader gets the newest value each time: a slow one misses those between, a late one begins with the last. On
   * exec an answer comes whole. Iterating it throws what `object` rejects with.
   */
  readonly partialObjectStream: AsyncIterable<Partial | undefined>;
  /** The checked value; resolves and rejects as `generateObject` does. */
  readonly object: Promise<Output>;
}

/** Starts a run and gives its value as a stream. */
export function openObjectStream<Output, Partial>(
  schema: OutputSchema<Output>,
  callerSignal: AbortSignal | undefined,
  run: (streamed: StreamedRun) => Promise<Output>,
): ObjectStream<Output, Partial> {
  const values = new LiveValues<Partial | undefined>("latest");
  // The run has compiled it when the first part comes.
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
      // Of the form of the schema's input, as far as it goes.
      values.add(next.value as Partial);
    },
  });
  return { ...stream, partialObjectStream: values, object: result };
}
