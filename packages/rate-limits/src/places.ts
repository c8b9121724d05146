import { AsyncLocalStorage } from "node:async_hooks";
import PQueue from "p-queue";

export interface PlaceOptions {
  /** Ends the waiting for a place, with its reason. */
  readonly signal: AbortSignal;
  /** Work of a higher priority starts first. */
  readonly priority: number;
}

/**
 * A number of places, each of which one piece of work holds while it runs.
 *
 * Nested work may also run in the place of its outer work, one piece at a time: the outer work waits for it, so
 * waiting for another place could last for ever. The async context shows which work is nested.
 */
export class Places {
  readonly #queue: PQueue;
  readonly #current = new AsyncLocalStorage<HeldPlace>();
  readonly #held = new Set<HeldPlace>();

  constructor(count: number) {
    this.#queue = new PQueue({ concurrency: count });
  }

  /** The number of running pieces of work, nested ones included. */
  get running(): number {
    return this.#held.size;
  }

  /** Sets the number of places; running work continues. */
  set count(count: number) {
    this.#queue.concurrency = count;
  }

  /** Starts nothing more until `open`. */
  close(): void {
    for (const queue of this.#queues()) queue.pause();
  }

  open(): void {
    for (const queue of this.#queues()) if (queue.isPaused) queue.start();
  }

  /** Runs the work, in its caller's async context, once there is a free place. */
  run<Result>(work: () => Promise<Result>, options: PlaceOptions): Promise<Result> {
    const inContext = AsyncLocalStorage.snapshot();
    const begin = (): Promise<Result> => inContext(() => this.#hold(work));
    const outer = this.#current.getStore();
    const queues = outer === undefined || outer.isLeft ? [this.#queue] : [outer.inner, this.#queue];
    return runInFirst(queues, begin, options);
  }

  async #hold<Result>(work: () => Promise<Result>): Promise<Result> {
    const place: HeldPlace = { inner: new PQueue({ concurrency: 1 }), isLeft: false };
    this.#held.add(place);
    try {
      return await this.#current.run(place, work);
    } finally {
      place.isLeft = true;
      // Work in this queue also waits for another place.
      place.inner.clear();
      this.#held.delete(place);
    }
  }

  *#queues(): Iterable<PQueue> {
    yield this.#queue;
    for (const { inner } of this.#held) yield inner;
  }
}

interface HeldPlace {
  /** The work that was started inside the holder. */
  readonly inner: PQueue;
  isLeft: boolean;
}

/** Runs the work in the first queue that has a free place. */
function runInFirst<Result>(
  queues: readonly PQueue[],
  begin: () => Promise<Result>,
  { signal, priority }: PlaceOptions,
): Promise<Result> {
  const result = Promise.withResolvers<Result>();
  const entries = queues.map((queue) => ({ queue, left: new AbortController() }));
  let isBegun = false;
  for (const { queue, left } of entries) {
    if (isBegun) break;
    const enter = (): Promise<unknown> => {
      if (isBegun) return Promise.resolve();
      isBegun = true;
      for (const other of entries) if (other.left !== left) other.left.abort();
      const work = begin();
      result.resolve(work);
      return work;
    };
    queue
      .add(enter, { signal: AbortSignal.any([signal, left.signal]), priority })
      .catch((error: unknown) => {
        if (!isBegun) result.reject(error);
      });
  }
  return result.promise;
}
