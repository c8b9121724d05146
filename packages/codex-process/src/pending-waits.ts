/** The milliseconds of the waits that standard error announces while no events arrive. */
export class PendingWaits {
  #delaysMs: number[] = [];
  #filled = Promise.withResolvers<undefined>();

  get whenNotEmpty(): Promise<undefined> {
    return this.#filled.promise;
  }

  push(delayMs: number): void {
    this.#delaysMs.push(delayMs);
    this.#filled.resolve(undefined);
  }

  take(): readonly number[] {
    const taken = this.#delaysMs;
    if (taken.length === 0) return taken;
    this.#delaysMs = [];
    this.#filled = Promise.withResolvers();
    return taken;
  }
}
