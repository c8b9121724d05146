import type { BatchClock } from "./batch-clock.ts";

/** Ends the wait of one loop. A call while nothing waits ends the next wait. */
export class Wake {
  readonly #clock: BatchClock;
  #calls = new AbortController();

  constructor(clock: BatchClock) {
    this.#clock = clock;
  }

  readonly call = (): void => this.#calls.abort();

  /** Waits for a call, at most this number of milliseconds; undefined for any. */
  async wait(delayMs: number | undefined): Promise<void> {
    const { signal } = this.#calls;
    if (delayMs !== undefined) await this.#clock.wait(delayMs, signal);
    else if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    this.#calls = new AbortController();
  }
}
