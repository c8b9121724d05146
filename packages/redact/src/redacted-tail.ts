import { StringDecoder } from "node:string_decoder";
import type { Redactor } from "./redactor.ts";

/**
 * The end of what a stream of bytes has said, without secrets: they are taken out before anything is cut
 * off, wherever the chunks end.
 */
export class RedactedTail {
  readonly #limit: number;
  readonly #redactor: Redactor;
  readonly #decoder = new StringDecoder("utf8");
  #whole = "";
  #rest = "";

  /** @param limit How many characters are kept. */
  constructor(limit: number, redactor: Redactor) {
    this.#limit = limit;
    this.#redactor = redactor;
  }

  push(chunk: Buffer): void {
    const { whole, rest } = this.#redactor.takeWhole(this.#rest + this.#decoder.write(chunk));
    this.#whole = (this.#whole + whole).slice(-this.#limit);
    this.#rest = rest;
  }

  /** Whole at any time: a secret that has begun at the end is taken out as well. */
  get text(): string {
    return (this.#whole + this.#redactor.redactCut(this.#rest)).slice(-this.#limit);
  }
}
