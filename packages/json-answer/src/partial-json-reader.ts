import { JsonBeginning } from "./find-json-beginning.ts";
import { mostLevels } from "./find-json-pieces.ts";
import type { JsonSoFar, OpenJson } from "./open-json.ts";

type Frame =
  | { readonly kind: "object"; readonly members: Record<string, unknown>; key: string | undefined }
  | { readonly kind: "list"; readonly items: unknown[] };

/** A string or a scalar that is being read, with the beginning of an escape. */
interface Token {
  readonly kind: "text" | "scalar";
  text: string;
  escape: string;
}

/** The next token that is expected. `over`: the end was read; `stuck`: the text is not JSON. */
type Expected = "beginning" | "value" | "key" | "colon" | "next" | "over" | "stuck";

/**
 * Reads the JSON object or list of an answer as it arrives, piece by piece: also after prose, a fence or tagged
 * reasoning, and with trailing commas. It takes linear time, however the text is cut.
 *
 * It reads the first object or list of the text. After any other fault it stops; `readJsonAnswer` may still repair the
 * complete text.
 */
export class PartialJsonReader {
  readonly #beginning = new JsonBeginning();
  readonly #frames: Frame[] = [];
  #expected: Expected = "beginning";
  #token: Token | undefined;
  #value: unknown;

  push(piece: string): void {
    let text = piece;
    if (this.#expected === "beginning") {
      const found = this.#beginning.find(piece);
      if (found === undefined) return;
      text = found;
      this.#expected = "value";
    }
    for (let at = 0; at < text.length && this.#isReading;) at = this.#read(text, at);
  }

  /** The JSON so far; undefined before its first character, and after a fault. */
  get json(): JsonSoFar | undefined {
    if (this.#expected === "over") return { isComplete: true, value: this.#value };
    if (this.#expected === "stuck") return;
    const { kind, text = "" } = this.#isKey ? {} : (this.#token ?? {});
    let open: OpenJson | undefined = kind && { kind, text: withoutHalf(text) };
    for (const frame of this.#frames.toReversed()) open = openFrame(frame, open);
    return open && { isComplete: false, open };
  }

  get #isReading(): boolean {
    return this.#expected !== "over" && this.#expected !== "stuck";
  }

  get #isKey(): boolean {
    const frame = this.#frames.at(-1);
    return frame?.kind === "object" && frame.key === undefined;
  }

  /** Reads from a place; returns the place after it. */
  #read(text: string, at: number): number {
    if (this.#token?.kind === "text") return this.#readText(this.#token, text, at);
    if (this.#token?.kind === "scalar") return this.#readScalar(this.#token, text, at);
    const character = text[at] ?? "";
    if (character.trim() !== "") this.#take(character);
    // The first character of a scalar belongs to it.
    return this.#token?.kind === "scalar" ? at : at + 1;
  }

  #take(character: string): void {
    const frame = this.#frames.at(-1);
    const closes = frame?.kind === "object" ? "}" : "]";
    const mayClose =
      this.#expected === "next" ||
      this.#expected === "key" ||
      (this.#expected === "value" && frame?.kind === "list");
    if (character === closes && frame !== undefined && mayClose) {
      this.#frames.pop();
      this.#add(frame.kind === "object" ? frame.members : frame.items);
    } else if (this.#expected === "next" && character === ",")
      this.#expected = frame?.kind === "object" ? "key" : "value";
    else if (this.#expected === "colon" && character === ":") this.#expected = "value";
    else if (this.#expected === "key" && character === '"') this.#begin("text");
    else if (this.#expected === "value") this.#beginValue(character);
    else this.#expected = "stuck";
  }

  #beginValue(character: string): void {
    if (character === '"') this.#begin("text");
    else if (/[-\w]/.test(character)) this.#begin("scalar");
    else if (this.#frames.length >= mostLevels) this.#expected = "stuck";
    else if (character === "{") {
      this.#frames.push({ kind: "object", members: {}, key: undefined });
      this.#expected = "key";
    } else if (character === "[") this.#frames.push({ kind: "list", items: [] });
    else this.#expected = "stuck";
  }

  #begin(kind: "text" | "scalar"): void {
    this.#token = { kind, text: "", escape: "" };
  }

  #readText(token: Token, text: string, at: number): number {
    if (token.escape !== "") return this.#readEscape(token, text, at);
    plainText.lastIndex = at;
    const [plain = ""] = plainText.exec(text) ?? [];
    token.text += plain;
    const end = at + plain.length;
    if (text[end] === "\\") token.escape = "\\";
    if (text[end] === '"') this.#endText(token.text);
    return end + 1;
  }

  #readEscape(token: Token, text: string, at: number): number {
    token.escape += text[at] ?? "";
    if (token.escape.startsWith("\\u") && token.escape.length < 6) return at + 1;
    const character = parse(`"${token.escape}"`)?.value;
    if (typeof character !== "string") this.#expected = "stuck";
    else token.text += character;
    token.escape = "";
    return at + 1;
  }

  #endText(text: string): void {
    this.#token = undefined;
    const frame = this.#frames.at(-1);
    if (frame?.kind !== "object" || frame.key !== undefined) this.#add(text);
    else {
      frame.key = text;
      this.#expected = "colon";
    }
  }

  #readScalar(token: Token, text: string, at: number): number {
    scalarText.lastIndex = at;
    const [more = ""] = scalarText.exec(text) ?? [];
    token.text += more;
    const end = at + more.length;
    if (end < text.length) {
      this.#token = undefined;
      const read = parse(token.text);
      if (read === undefined) this.#expected = "stuck";
      else this.#add(read.value);
    }
    return end;
  }

  /** A value is complete. */
  #add(value: unknown): void {
    const frame = this.#frames.at(-1);
    this.#expected = frame === undefined ? "over" : "next";
    if (frame === undefined) this.#value = value;
    else if (frame.kind === "list") frame.items.push(value);
    else {
      setOwn(frame.members, frame.key ?? "", value);
      frame.key = undefined;
    }
  }
}

const plainText = /[^"\\]*/y;
const scalarText = /[-+.\w]*/y;

function openFrame(frame: Frame, json: OpenJson | undefined): OpenJson {
  if (frame.kind === "list")
    return { kind: "list", items: frame.items, ...(json && { last: json }) };
  const { members, key } = frame;
  return {
    kind: "object",
    members,
    ...(json && key !== undefined && { last: { key, json } }),
  };
}

/** The text without the first half of a character whose second half has not arrived. */
function withoutHalf(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}

/** Sets a property as `JSON.parse` does, also `__proto__`. */
function setOwn(members: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") members[key] = value;
  else
    Object.defineProperty(members, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return;
  }
}
