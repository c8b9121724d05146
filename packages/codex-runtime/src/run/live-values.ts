/**
 * Values for any number of readers while they come, none of which holds up whoever adds them. Each reader gets all
 * of them from the first one on, or, of a `latest`, the newest one that it has not had yet. One that stops early
 * leaves nothing behind.
 */
export class LiveValues<Value> implements AsyncIterable<Value> {
  readonly #keeps: "all" | "latest";
  #kept: { readonly value: Value }[] = [];
  #count = 0;
  #ended: { readonly error?: unknown } | undefined;
  #changed = Promise.withResolvers<void>();

  constructor(keeps: "all" | "latest") {
    this.#keeps = keeps;
  }

  add(value: Value): void {
    if (this.#keeps === "latest") this.#kept = [];
    this.#kept.push({ value });
    this.#count += 1;
    this.#wake();
  }

  /** No value follows. With an error, each reader throws it after the last value. */
  close(ended: { readonly error?: unknown }): void {
    this.#ended = ended;
    this.#wake();
  }

  [Symbol.asyncIterator](): AsyncIterator<Value, undefined> {
    let at = 0;
    let isOver = false;
    return {
      next: async () => {
        while (!isOver) {
          const next = this.#kept[Math.max(0, at - this.#count + this.#kept.length)];
          if (at < this.#count && next !== undefined) {
            at = Math.max(at, this.#count - this.#kept.length) + 1;
            return { done: false, value: next.value };
          }
          if (this.#ended === undefined) await this.#changed.promise;
          else {
            isOver = true;
            if ("error" in this.#ended) throw this.#ended.error;
          }
        }
        return { done: true, value: undefined };
      },
      // Also while a `next` waits.
      return: () => {
        isOver = true;
        this.#wake();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
