import { StringDecoder } from "node:string_decoder";
import type { Redactor } from "./redactor.ts";

/**
 * The end of a stream of bytes, without secrets. Secrets are removed before the text is cut, also if they span
 * several chunks.
 */
export class RedactedTail {
  readonly #limit: number;
  readonly #redactor: Redactor;
  readonly #decoder = new StringDecoder("utf8");
  #whole = "";
  #rest = "";

  /** @param limit The number of characters to keep. */
  constructor(limit: number, redactor: Redactor) {
    this.#limit = limit;
    this.#redactor = redactor;
    redactor.onRemove((redact) => {
      this.#rest = redact(this.#rest);
    });
  }

  push(chunk: Buffer): void {
    const { whole, rest } = this.#redactor.takeWhole(this.#rest + this.#decoder.write(chunk));
    this.#whole = (this.#whole + whole).slice(-this.#limit);
    this.#rest = rest;
  }

  /** Safe to read at any time: the beginning of a secret at the end is removed, too. */
  get text(): string {
    return (this.#whole + this.#redactor.redactCut(this.#rest)).slice(-this.#limit);
  }
}
