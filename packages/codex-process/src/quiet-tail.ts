import { StringDecoder } from "node:string_decoder";
import type { StderrTail } from "@ktx/child-process";

/**
 * Keeps the lines that Codex logs for ktx alone out of a tail: they hold the headers of the service's answers, with its
 * cookies, and no reason for a failure.
 */
export class QuietTail implements StderrTail {
  readonly #tail: StderrTail;
  readonly #decoder = new StringDecoder("utf8");
  #begun = "";
  #isQuiet: boolean | undefined;

  constructor(tail: StderrTail) {
    this.#tail = tail;
  }

  get text(): string {
    return this.#tail.text;
  }

  push(chunk: Buffer): void {
    const kept = this.#decoder
      .write(chunk)
      .split(/(?<=\n)/)
      .map((piece) => this.#take(piece))
      .join("");
    // Once for a chunk: the search for secrets costs as much for a word as for a page.
    if (kept !== "") this.#tail.push(Buffer.from(kept));
  }

  /** @returns the text that is kept, as far as it is decided. The beginning of a line decides, so that no line waits for its end. */
  #take(piece: string): string {
    this.#begun += piece;
    const isWhole = piece.endsWith("\n");
    const isDecided = isWhole || this.#begun.length >= decisive || !/^\d/.test(this.#begun);
    if (this.#isQuiet === undefined && isDecided) this.#isQuiet = quietLine.test(this.#begun);
    const kept = this.#isQuiet === false ? this.#begun : "";
    if (this.#isQuiet !== undefined) this.#begun = "";
    if (isWhole) this.#isQuiet = undefined;
    return kept;
  }
}

/** `2026-11-29T11:13:44.209098Z DEBUG …`; ktx asks for no other lines of these levels. */
const quietLine = /^\d{4}-\d{2}-\d{2}T\S+ +(?:DEBUG|INFO) /;

/** Characters after which the beginning of a line shows its level. */
const decisive = 40;
