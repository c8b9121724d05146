import type { ThreadEvent, TokenUsage } from "@ktx/codex-events";
import { findRunEnd, type RunEnd } from "../values/run-end.ts";
import type { RunMetrics } from "../values/run-metrics.ts";
import type { TextPart } from "./answer-text.ts";
import { LiveValues } from "./live-values.ts";

/** The events of a stream: the growing answer, and the other events of Codex. */
export type TextStreamEvent = TextPart | { readonly type: "event"; readonly event: ThreadEvent };

/**
 * A run whose answer can be read while it is written. The run needs no reader, and readers do not slow it: the stream
 * keeps its text and events, also for later readers. None of its promises rejects unhandled. Disposing the stream ends
 * the run; a reader that stops does not.
 */
export interface RunStream extends AsyncDisposable {
  /** All events in order, from the first one. Iteration throws the error of the run. */
  readonly events: AsyncIterable<TextStreamEvent>;
  /** Tokens of all turns, also of a failed run. Rejects only if nothing was started. */
  readonly usage: Promise<TokenUsage>;
  /** The end of the run. Rejects only if nothing was started. */
  readonly end: Promise<RunEnd>;
}

/** The callbacks and signal of the run of a stream, in place of the caller's own. */
export interface StreamedRun {
  readonly abortSignal: AbortSignal;
  readonly onTextDelta: (part: TextPart) => void;
  readonly onEvent: (event: ThreadEvent) => void;
  readonly onMetrics: (metrics: RunMetrics) => void;
}

/**
 * Starts a run and returns it as a stream, with the promise of its result.
 *
 * @param own also receives the parts of the answer; its values end with the stream.
 */
export function openRunStream<Result>(
  callerSignal: AbortSignal | undefined,
  run: (streamed: StreamedRun) => Promise<Result>,
  own: { readonly values: LiveValues<unknown>; readonly take: (part: TextPart) => void },
): RunStream & { readonly result: Promise<Result> } {
  const stop = new AbortController();
  const events = new LiveValues<TextStreamEvent>("all");
  let usage: TokenUsage | undefined;
  const result = run({
    abortSignal: callerSignal ? AbortSignal.any([callerSignal, stop.signal]) : stop.signal,
    onTextDelta: (part) => {
      events.add(part);
      own.take(part);
    },
    onEvent: (event) => events.add({ type: "event", event }),
    onMetrics: (metrics) => {
      usage = metrics.usage;
    },
  });
  const close = (ended: { readonly error?: unknown }): void => {
    events.close(ended);
    own.values.close(ended);
  };
  const settled = result.then(
    () => close({}),
    (error: unknown) => close({ error }),
  );
  const hasRun = settled.then(() => usage !== undefined);
  return {
    events,
    result: handled(result),
    usage: handled(hasRun.then((ran) => (ran ? (usage ?? {}) : result.then(() => ({}))))),
    end: handled(hasRun.then((ran) => endOf(result, ran))),
    [Symbol.asyncDispose]: async () => {
      stop.abort(new DOMException("The stream was disposed.", "AbortError"));
      await settled;
    },
  };
}

async function endOf(result: Promise<unknown>, hasRun: boolean): Promise<RunEnd> {
  try {
    await result;
    return { type: "done" };
  } catch (error) {
    if (!hasRun) throw error;
    return findRunEnd(error) ?? { type: "aborted", reason: error };
  }
}

/** The same promise; it may stay without a handler. */
function handled<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {});
  return promise;
}
