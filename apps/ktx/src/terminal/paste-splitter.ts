const pasteStart = "\u001b[200~";
const pasteEnd = "\u001b[201~";

/** A part of what a terminal sends: keys, or a whole pasted text. */
export interface InputPart {
  readonly type: "keys" | "paste";
  readonly text: string;
}

/** Tells keys from pasted texts, which the terminal marks, wherever its output is cut. */
export class PasteSplitter {
  /** The pasted text so far, inside a paste. */
  #paste: string | undefined;
  /** The beginning of a mark. */
  #begun = "";

  /** The parts that are complete with this text. */
  split(text: string): readonly InputPart[] {
    return this.#read(this.takeBegun() + text);
  }

  /** True where the last text ended with what may be a mark; a lone Escape is one. */
  get hasBegun(): boolean {
    return this.#begun !== "";
  }

  /** Takes that beginning out, as keys. */
  takeBegun(): string {
    const begun = this.#begun;
    this.#begun = "";
    return begun;
  }

  #read(text: string): readonly InputPart[] {
    const mark = this.#paste === undefined ? pasteStart : pasteEnd;
    const at = text.indexOf(mark);
    if (at < 0) {
      this.#begun = endThatBegins(mark, text);
      return this.#take(text.slice(0, text.length - this.#begun.length));
    }
    const before = this.#take(text.slice(0, at));
    const rest = text.slice(at + mark.length);
    if (this.#paste === undefined) {
      this.#paste = "";
      return [...before, ...this.#read(rest)];
    }
    const paste: InputPart = { type: "paste", text: this.#paste };
    this.#paste = undefined;
    return [...before, paste, ...this.#read(rest)];
  }

  /** Keys are a part at once; pasted text waits for the end of the paste. */
  #take(text: string): readonly InputPart[] {
    if (this.#paste === undefined) return text === "" ? [] : [{ type: "keys", text }];
    this.#paste += text;
    return [];
  }
}

/** The text without characters that would act as keys, without white space at its end, and with `lineBreak` for each line break. */
export function cleanPaste(pasted: string, lineBreak: string): string {
  return pasted
    .replaceAll(/\r\n|[\r\n\u2028\u2029]/g, "\n")
    .trimEnd()
    .replaceAll("\t", "    ")
    .replaceAll(/[\0-\x09\x0B-\x1F\x7F-\x9F]/g, "")
    .replaceAll("\n", lineBreak);
}

/** The longest end of a text with which a mark begins. */
function endThatBegins(mark: string, text: string): string {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length -= 1) {
    const end = text.slice(-length);
    if (mark.startsWith(end)) return end;
  }
  return "";
}
