import { AsyncLocalStorage } from "node:async_hooks";
import { tracingChannel } from "node:diagnostics_channel";
import type { RunTrace } from "./run-trace.ts";

/**
 * The tracing channel of `node:diagnostics_channel` that reports every call of a runtime: its attempts, turns
 * and tool calls, each as a `RunTrace` that is published on `:start` and `:asyncEnd`, and on `:error` where it
 * failed. Prompts, answers, arguments and results are in it only with `traceContent`.
 */
export const runTraceChannelName = "ktx:run";

const runs = tracingChannel<unknown, RunTrace>(runTraceChannelName);
const currentSpan = new AsyncLocalStorage<string>();
let spans = 0;

/** True while somebody listens to the channel. */
export function isTraced(): boolean {
  return runs.hasSubscribers;
}

/** An id for a span, unique in this process, with the id of the enclosing span. */
export function spanIds(span: RunTrace["span"]): {
  readonly id: string;
  readonly parentId?: string;
} {
  spans += 1;
  const parentId = currentSpan.getStore();
  return { id: `${span}-${spans}`, ...(parentId !== undefined && { parentId }) };
}

/**
 * Reports work as a span. Costs nothing without a subscriber.
 *
 * @param complete sets the fields that are known at the end; a span with an `error` counts as failed.
 */
export async function traceSpan<Result>(
  span: RunTrace,
  work: () => Promise<Result>,
  complete: (result: Result) => void = () => {},
): Promise<Result> {
  if (!runs.hasSubscribers) return work();
  const startedAtMs = performance.now();
  try {
    const working = runs.start.runStores(span, () => currentSpan.run(span.id, work));
    runs.end.publish(span);
    const result = await working;
    complete(result);
    return result;
  } catch (error) {
    span.error = error;
    throw error;
  } finally {
    span.durationMs = performance.now() - startedAtMs;
    if (span.error !== undefined) runs.error.publish(span);
    runs.asyncStart.publish(span);
    runs.asyncEnd.publish(span);
  }
}

/** Reports the start of a span whose end is another event; returns the function that reports the end. */
export function startSpan(span: RunTrace): () => void {
  if (!runs.hasSubscribers) return () => {};
  const startedAtMs = performance.now();
  runs.start.publish(span);
  runs.end.publish(span);
  return () => {
    span.durationMs = performance.now() - startedAtMs;
    if (span.error !== undefined) runs.error.publish(span);
    runs.asyncStart.publish(span);
    runs.asyncEnd.publish(span);
  };
}
