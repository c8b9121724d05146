import type { ThreadEvent, TokenUsage } from "@ktx/codex-events";
import { findRunEnd, type RunEnd } from "../values/run-end.ts";
import type { RunMetrics } from "../values/run-metrics.ts";
import type { TextPart } from "./answer-text.ts";

/** The events of a stream: the growing answer, and Codex's work beside it. */
export type TextStreamEvent = TextPart | { readonly type: "event"; readonly event: ThreadEvent };

/**
 * An answer that is being written. It runs whether or not it is read, and each iteration starts with its
 * first piece. No promise of it rejects unhandled. Disposing it ends the run.
 */
export interface TextStream extends AsyncDisposable {
  /**
   * The deltas of the text, without the resets between them: for a display that cannot take words back.
   * Iterating it throws what `text` rejects with.
   */
  readonly textStream: AsyncIterable<string>;
  /** Everything in order. Iterating it throws what `text` rejects with. */
  readonly events: AsyncIterable<TextStreamEvent>;
  /** The whole answer; rejects as `generateText` does. */
  readonly text: Promise<string>;
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

/** Starts a run and gives its answer as a stream. */
export function openTextStream(
  callerSignal: AbortSignal | undefined,
  run: (streamed: StreamedRun) => Promise<string>,
): TextStream {
  const stop = new AbortController();
  const log = new EventLog();
  let usage: TokenUsage | undefined;
  const text = run({
    abortSignal: callerSignal ? AbortSignal.any([callerSignal, stop.signal]) : stop.signal,
    onTextDelta: (part) => log.add(part),
    onEvent: (event) => log.add({ type: "event", event }),
    onMetrics: (metrics) => {
      usage = metrics.usage;
    },
  });
  const settled = text.then(
    () => log.close(),
    (error: unknown) => log.close({ error }),
  );
  const hasRun = settled.then(() => usage !== undefined);
  return {
    textStream: { [Symbol.asyncIterator]: () => textOf(log) },
    events: log,
    text: handled(text),
    usage: handled(hasRun.then((ran) => (ran ? (usage ?? {}) : text.then(() => ({}))))),
    end: handled(hasRun.then((ran) => endOf(text, ran))),
    [Symbol.asyncDispose]: async () => {
      stop.abort(new DOMException("The stream was disposed.", "AbortError"));
      await settled;
    },
  };
}

async function endOf(text: Promise<string>, hasRun: boolean): Promise<RunEnd> {
  try {
    await text;
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

async function* textOf(log: AsyncIterable<TextStreamEvent>): AsyncGenerator<string, void> {
  for await (const event of log) if (event.type === "text-delta") yield event.delta;
}

/** Events that any number of readers takes, each from the first one on. */
class EventLog implements AsyncIterable<TextStreamEvent> {
  readonly #events: TextStreamEvent[] = [];
  #ended: { readonly error?: unknown } | undefined;
  #grown = Promise.withResolvers<void>();

  add(event: TextStreamEvent): void {
    this.#events.push(event);
    this.#wake();
  }

  close(ended: { readonly error?: unknown } = {}): void {
    this.#ended = ended;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TextStreamEvent, void> {
    for (let at = 0; ;) {
      const event = this.#events[at];
      if (event !== undefined) {
        at += 1;
        yield event;
      } else if (this.#ended === undefined) await this.#grown.promise;
      else if ("error" in this.#ended) throw this.#ended.error;
      else return;
    }
  }

  #wake(): void {
    this.#grown.resolve();
    this.#grown = Promise.withResolvers();
  }
}
