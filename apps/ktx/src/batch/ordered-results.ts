import type { FullUnitRecord, UnitStore } from "@ktx/batch";
import type { KeyedPrompt } from "./keyed-prompts.ts";
import { type ResultLine, toResultLine } from "./result-line.ts";

const pageSize = 50;

/** Emits the results of prompts in their order, each as soon as those before it have ended. */
export class OrderedResults {
  readonly #prompts: readonly KeyedPrompt[];
  readonly #store: Pick<UnitStore, "get">;
  readonly #emit: (line: ResultLine) => void;
  readonly #ended = new Set<string>();
  #next = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(
    prompts: readonly KeyedPrompt[],
    store: Pick<UnitStore, "get">,
    emit: (line: ResultLine) => void,
  ) {
    this.#prompts = prompts;
    this.#store = store;
    this.#emit = emit;
  }

  /** Notes the unit of an end, and emits what follows from it. */
  end(key: string): void {
    this.#ended.add(key);
    const next = this.#prompts[this.#next]?.key;
    if (next !== undefined && !this.#ended.has(next)) return;
    this.#work = this.#work.then(() => this.#advance());
    // The last call gives the error.
    this.#work.catch(() => {});
  }

  /** Emits the lines of all prompts that have ended, and passes over the others. */
  async finish(): Promise<void> {
    await this.#work;
    while (this.#next < this.#prompts.length) await this.#emitPage(pageSize);
  }

  async #advance(): Promise<void> {
    for (;;) {
      const waiting = this.#prompts
        .slice(this.#next, this.#next + pageSize)
        .findIndex(({ key }) => !this.#ended.has(key));
      const count = waiting < 0 ? pageSize : waiting;
      if (count === 0 || this.#next >= this.#prompts.length) return;
      await this.#emitPage(count);
    }
  }

  async #emitPage(count: number): Promise<void> {
    const page = this.#prompts.slice(this.#next, this.#next + count);
    this.#next += page.length;
    const records: readonly (FullUnitRecord | undefined)[] = await this.#store.get(
      page.map(({ key }) => key),
    );
    for (const [index, { prompt }] of page.entries()) {
      const line = toResultLine(prompt, records[index]);
      if (line !== undefined) this.#emit(line);
    }
  }
}
