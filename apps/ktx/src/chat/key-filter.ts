import { Transform, type TransformCallback } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { lineBreakMark } from "./line-break-mark.ts";

const interrupt = "\u0003";
const pasteStart = "\u001b[200~";
const pasteEnd = "\u001b[201~";
const altEnter = /\u001b[\r\n]/g;

/**
 * The keys of a terminal on their way to the line editor, which ends a line at each line break. Those inside a paste,
 * and of Alt-Enter, become marks. While keys are held, they wait; Ctrl-C is reported at once and drops them.
 */
export class KeyFilter extends Transform {
  readonly #decoder = new StringDecoder("utf8");
  /** The pasted text so far, inside a paste. */
  #paste: string | undefined;
  /** The beginning of a mark of a paste. */
  #begun = "";
  #held = "";
  #onInterrupt: (() => void) | undefined;

  /** Keeps the keys back from now on. */
  hold(onInterrupt: () => void): void {
    this.#onInterrupt = onInterrupt;
  }

  /** Sends the held keys on. */
  release(): void {
    this.#onInterrupt = undefined;
    const held = this.#held;
    this.#held = "";
    if (held !== "") this.push(held);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const keys = this.#read(this.#begun + this.#decoder.write(chunk));
    if (this.#onInterrupt === undefined) {
      if (keys !== "") this.push(keys);
    } else if (keys.includes(interrupt)) {
      this.#held = "";
      this.#onInterrupt();
    } else this.#held += keys;
    done();
  }

  override _flush(done: TransformCallback): void {
    done(null, this.#begun);
  }

  #read(text: string): string {
    this.#begun = "";
    const mark = this.#paste === undefined ? pasteStart : pasteEnd;
    const at = text.indexOf(mark);
    if (at < 0) {
      const begun = endThatBegins(mark, text);
      this.#begun = begun;
      return this.#take(text.slice(0, text.length - begun.length));
    }
    const before = this.#take(text.slice(0, at));
    const rest = text.slice(at + mark.length);
    if (this.#paste === undefined) {
      this.#paste = "";
      return before + this.#read(rest);
    }
    const pasted = cleanPaste(this.#paste);
    this.#paste = undefined;
    return before + pasted + this.#read(rest);
  }

  /** Keys are passed on; pasted text waits for the end of the paste. */
  #take(text: string): string {
    if (this.#paste === undefined) return text.replaceAll(altEnter, lineBreakMark);
    this.#paste += text;
    return "";
  }
}

/** The text without characters that would act as keys, and without line breaks at its end. */
function cleanPaste(pasted: string): string {
  return pasted
    .replaceAll(/\r\n|[\r\n\u2028\u2029]/g, "\n")
    .trimEnd()
    .replaceAll("\t", "    ")
    .replaceAll(/[\0-\x09\x0B-\x1F\x7F-\x9F]/g, "")
    .replaceAll("\n", lineBreakMark);
}

/** The longest end of a text with which a mark begins. A lone escape key waits for the next key, and does nothing. */
function endThatBegins(mark: string, text: string): string {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length -= 1) {
    const end = text.slice(-length);
    if (mark.startsWith(end)) return end;
  }
  return "";
}
