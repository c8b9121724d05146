import { StoreError } from "../store-error.ts";

/** True for an error of a store that may be as before a while later. */
export function mayPass(error: unknown): error is StoreError {
  return error instanceof StoreError && ["busy", "full", "read-only"].includes(error.kind);
}

export type OutageNews =
  | { readonly type: "store_lost"; readonly message: string }
  | { readonly type: "store_found" };

/** The time in which a store takes nothing from a worker: announced once, and its end once, whoever meets it. */
export class StoreOutage {
  readonly #tell: (news: OutageNews) => void;
  /** Those whose last call has failed. */
  readonly #failing = new Set<object>();

  constructor(tell: (news: OutageNews) => void) {
    this.#tell = tell;
  }

  /** True while a call of another one fails. */
  isFor(other: object): boolean {
    return this.#failing.size > (this.#failing.has(other) ? 1 : 0);
  }

  begin(caller: object, { message }: StoreError): void {
    const isNew = this.#failing.size === 0;
    this.#failing.add(caller);
    if (isNew) this.#tell({ type: "store_lost", message });
  }

  end(caller: object): void {
    if (this.#failing.delete(caller) && this.#failing.size === 0)
      this.#tell({ type: "store_found" });
  }
}
