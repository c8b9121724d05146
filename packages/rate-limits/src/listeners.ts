/** The listeners of events. Their errors and rejections go to `onError`, which must not throw. */
export class Listeners<Event> {
  readonly #listeners = new Set<(event: Event) => unknown>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** @returns a function that removes it. */
  add(listener: (event: Event) => unknown): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(event: Event): void {
    for (const listener of this.#listeners) void this.#call(listener, event);
  }

  async #call(listener: (event: Event) => unknown, event: Event): Promise<void> {
    try {
      await listener(event);
    } catch (error) {
      this.#onError(error);
    }
  }
}
