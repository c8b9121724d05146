import { RuntimeInputError } from "../values/runtime-input-error.ts";

/** The calls that run and the threads that are open. Disposing it stops the calls, ends the threads and waits for both. */
export class RuntimeScope implements AsyncDisposable {
  readonly #stops = new Map<Promise<unknown>, AbortController>();
  readonly #owned = new Set<AsyncDisposable>();
  #isDisposed = false;

  /**
   * Makes a call, with a signal that also fires when the scope is disposed.
   *
   * @throws {RuntimeInputError} `runtime-is-disposed`; the error of the call.
   */
  async run<Result>(
    signal: AbortSignal | undefined,
    call: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    this.#check();
    const stop = new AbortController();
    const onAbort = (): void => stop.abort(signal?.reason);
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    const running = (async () => call(stop.signal))();
    this.#stops.set(running, stop);
    try {
      return await running;
    } finally {
      this.#stops.delete(running);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Ends something with the scope, unless it is released before. @throws {RuntimeInputError} `runtime-is-disposed`. */
  own(thing: AsyncDisposable): { readonly release: () => void } {
    this.#check();
    this.#owned.add(thing);
    return { release: () => this.#owned.delete(thing) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    const reason = new DOMException("The runtime was disposed.", "AbortError");
    for (const stop of this.#stops.values()) stop.abort(reason);
    await Promise.allSettled([
      ...this.#stops.keys(),
      ...Array.from(this.#owned, (thing) => thing[Symbol.asyncDispose]()),
    ]);
  }

  #check(): void {
    if (!this.#isDisposed) return;
    throw new RuntimeInputError(
      "runtime-is-disposed",
      "This runtime was disposed and makes no further calls. Dispose it at the end of the program, or make another one.",
    );
  }
}
