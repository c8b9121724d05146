import { StringDecoder } from "node:string_decoder";

/** Keeps the end of what a process writes to standard error. */
export interface StderrTail {
  push(chunk: Buffer): void;
  readonly text: string;
}

/** The last characters of a stream of bytes, as they came. */
export class TextTail implements StderrTail {
  readonly #limit: number;
  readonly #decoder = new StringDecoder("utf8");
  #text = "";

  /** @param limit How many characters are kept. @default 4_096 */
  constructor(limit = 4_096) {
    this.#limit = limit;
  }

  push(chunk: Buffer): void {
    this.#text = (this.#text + this.#decoder.write(chunk)).slice(-this.#limit);
  }

  get text(): string {
    return this.#text;
  }
}
