import { StringDecoder } from "node:string_decoder";

/** Keeps the end of the standard error of a process. */
export interface StderrTail {
  push(chunk: Buffer): void;
  readonly text: string;
}

/** The last characters of a stream of bytes, unchanged. */
export class TextTail implements StderrTail {
  readonly #limit: number;
  readonly #decoder = new StringDecoder("utf8");
  #text = "";

  /** @param limit The number of characters to keep. @default 4_096 */
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
