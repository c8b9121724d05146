import { AsyncLocalStorage } from "node:async_hooks";
import PQueue from "p-queue";

export interface PlaceOptions {
  /** Ends the waiting for a place, with its reason. */
  readonly signal: AbortSignal;
  /** The higher, the sooner. */
  readonly priority: number;
}

/**
 * So many places, each of which one piece of work holds while it runs.
 *
 * Work that is begun inside of other work also runs in the place of that, one piece at a time: the outer work
 * waits for it, so that waiting for another place could last for ever. The async context tells what is inside.
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

  /** Nothing more begins until it is opened again. */
  close(): void {
    for (const queue of this.#queues()) queue.pause();
  }

  open(): void {
    for (const queue of this.#queues()) if (queue.isPaused) queue.start();
  }

  /** Runs the work, in its caller's async context, once there is a place. */
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
      // Work that waits in it also waits for another place.
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
  /** The work that was started inside of the holder. */
  readonly inner: PQueue;
  isLeft: boolean;
}

/** Runs the work in whichever queue has room first. */
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
