import type { ThreadEvent, TokenUsage } from "@ktx/codex-events";
import { findRunEnd, type RunEnd } from "../values/run-end.ts";
import type { RunMetrics } from "../values/run-metrics.ts";
import type { TextPart } from "./answer-text.ts";
import { LiveValues } from "./live-values.ts";

/** The events of a stream: the growing answer, and Codex's work beside it. */
export type TextStreamEvent = TextPart | { readonly type: "event"; readonly event: ThreadEvent };

/**
 * A run whose answer is being written. It runs whether or not it is read, and no reader slows it: its text and events
 * are kept, also for later readers, as long as the stream is. No promise of it rejects unhandled. Disposing it ends
 * the run; a reader that stops does not.
 */
export interface RunStream extends AsyncDisposable {
  /** Everything in order, from the first event on. Iterating it throws the error of the run. */
  readonly events: AsyncIterable<TextStreamEvent>;
  /** Tokens of all turns, also of a run that failed. Rejects only where nothing was started. */
  readonly usage: Promise<TokenUsage>;
  /** The end of the run. Rejects only where nothing was started. */
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
 * Starts a run and gives it as a stream, with the promise of its result.
 *
 * @param own takes the parts of the answer as well; its values close with the stream.
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

/** The same promise, which nobody has to await. */
function handled<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {});
  return promise;
}
