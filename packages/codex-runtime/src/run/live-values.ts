/**
 * Values for any number of readers, as they arrive. Readers never delay the writer. Each reader gets all values from the
 * first one, or, with `latest`, the newest value that it has not read yet. A reader that stops early needs no cleanup.
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
      // A `next` may be waiting.
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
