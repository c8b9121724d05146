/** A text decoded from another one. */
export interface DecodedText {
  readonly text: string;
  /** For each index of `text`, its end included, the index in the original text; absent if they are equal. */
  readonly offsets?: Uint32Array;
}

/**
 * The text with one level of escapes decoded: those of JSON, JavaScript, Rust, URLs and HTML. Undefined if it has no
 * escapes. Pure.
 */
export function decodeEscapes({ text, offsets }: DecodedText): DecodedText | undefined {
  if (!mayHaveEscapes.test(text)) return undefined;
  const decoded = new Uint32Array(text.length + 1);
  const parts: string[] = [];
  let length = 0;
  let from = 0;
  const add = (part: string, at: number, step: 0 | 1): void => {
    for (let index = 0; index < part.length; index += 1) {
      const source = at + index * step;
      decoded[length + index] = offsets?.[source] ?? source;
    }
    length += part.length;
    parts.push(part);
  };
  for (const match of text.matchAll(escapes)) {
    const character = characterOf(match);
    if (character === undefined) continue;
    add(text.slice(from, match.index), from, 1);
    add(character, match.index, 0);
    from = match.index + match[0].length;
  }
  if (from === 0) return undefined;
  add(text.slice(from), from, 1);
  decoded[length] = offsets?.[text.length] ?? text.length;
  return { text: parts.join(""), offsets: decoded };
}

/** The text without an incomplete escape at its end. Pure. */
export function withoutBegunEscape(text: string): string {
  return text.replace(begunEscape, "");
}

const mayHaveEscapes = /[\\%&]/;
const begunEscape = /(?:\\+(?:u[\da-f]{0,3}|u\{[\da-f]{0,6}|x[\da-f]?)?|%[\da-f]?|&#?x?[\da-f]*)$/i;
const escapes =
  /\\(?:u([\da-f]{4})|u\{([\da-f]{1,6})\}|x([\da-f]{2})|([\\"'/]))|%([\da-f]{2})|&#x([\da-f]{1,6});|&#(\d{1,7});|&(amp|lt|gt|quot|apos);/gi;

function characterOf(match: RegExpExecArray): string | undefined {
  const [, json, rust, byte, quoted, url, html, decimal, entity] = match;
  if (quoted !== undefined) return quoted;
  if (entity !== undefined) return entities[entity.toLowerCase()];
  const code =
    decimal === undefined
      ? Number.parseInt(json ?? rust ?? byte ?? url ?? html ?? "", 16)
      : Number(decimal);
  // A character of two or more bytes appears in a secret only as these bytes: see `formsOf`.
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : undefined;
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};
