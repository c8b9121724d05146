import { patienceFor } from "./patience-for.ts";

/** The time that is left for one call, whose errors may differ from try to try. */
export class Patience {
  readonly #mostMs: number;
  readonly #startMs: number;
  #span: { readonly ms: number; readonly sinceMs: number };

  /** @param mostMs The time for a database that cannot be reached. */
  constructor(mostMs: number, startMs: number) {
    this.#mostMs = mostMs;
    this.#startMs = startMs;
    this.#span = { ms: mostMs, sinceMs: startMs };
  }

  /** True where the work that ended with this error is not tried again. */
  isOver(error: unknown, wasReached: boolean, nowMs: number): boolean {
    const ms = patienceFor(error, wasReached, this.#mostMs);
    // A shorter span begins with the first error that has it: what was before was another fault.
    if (ms !== this.#span.ms) this.#span = { ms, sinceMs: nowMs };
    return nowMs - this.#span.sinceMs >= ms || nowMs - this.#startMs >= this.#mostMs;
  }
}
