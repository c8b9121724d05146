import { Transform, type TransformCallback } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { cleanPaste, PasteSplitter } from "../terminal/paste-splitter.ts";
import { lineBreakMark } from "./line-break-mark.ts";

const interrupt = "\u0003";
const altEnter = /\u001b[\r\n]/g;

/**
 * The keys of a terminal on their way to the line editor, which ends a line at each line break. Those inside a paste,
 * and of Alt-Enter, become marks. While keys are held, they wait; Ctrl-C is reported at once and drops them. A lone
 * Escape waits for the next key, and does nothing.
 */
export class KeyFilter extends Transform {
  readonly #decoder = new StringDecoder("utf8");
  readonly #splitter = new PasteSplitter();
  #held = "";
  #onInterrupt: (() => void) | undefined;
  #isAsking = false;

  /** Keeps the keys back from now on. */
  hold(onInterrupt: () => void): void {
    this.#onInterrupt = onInterrupt;
  }

  /** Puts text before the held keys. */
  keep(text: string): void {
    this.#held = text + this.#held;
  }

  /** While something is asked, new keys are passed on, although others are held. */
  set isAsking(isAsking: boolean) {
    this.#isAsking = isAsking;
  }

  /** Sends the held keys on. */
  release(): void {
    this.#onInterrupt = undefined;
    const held = this.#held;
    this.#held = "";
    if (held !== "") this.push(held);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const keys = this.#splitter
      .split(this.#decoder.write(chunk))
      .map(({ type, text }) =>
        type === "keys"
          ? text.replaceAll(altEnter, lineBreakMark)
          : cleanPaste(text, lineBreakMark),
      )
      .join("");
    if (this.#onInterrupt !== undefined && keys.includes(interrupt)) {
      this.#held = "";
      this.#onInterrupt();
    } else if (this.#onInterrupt !== undefined && !this.#isAsking) this.#held += keys;
    else if (keys !== "") this.push(keys);
    done();
  }

  override _flush(done: TransformCallback): void {
    done(null, this.#splitter.takeBegun());
  }
}
