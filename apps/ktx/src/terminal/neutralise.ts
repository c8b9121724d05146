/** Sequences of ECMA-48, with their 8-bit forms. A string without its end on the same line is no sequence. */
const sequences =
  // oxlint-disable-next-line no-control-regex
  /(?:\u001b\[|\u009b)[\x30-\x3F]*[\x20-\x2F]*[\x40-\x7E]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\n\x07\x18\x1A\u001b\u009C]{0,4096}(?:\x07|\x18|\x1A|\u001b\\|\u009C|(?=\u001b))|\u001b[\x20-\x2F]*[\x30-\x7E]/g;

/** Control characters but line breaks and tabs, and the marks of annotations. */
const controls = /[\0-\x08\x0B-\x1F\x7F-\x9F\uFFF9-\uFFFB]/g;

/** Line and paragraph separators, which some terminals treat as line breaks. */
const separators = /[\u2028\u2029]/g;

const scripts = (names: string): string =>
  names
    .split(" ")
    .map((name) => String.raw`\p{scx=${name}}`)
    .join("");

const joining = scripts(
  "Arab Syrc Nkoo Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr Tibt",
);
const rightToLeft = scripts("Hebr Arab Syrc Thaa Nkoo");

/**
 * Characters that nobody sees, after those among them that a writing needs: in an emoji, in the flags of three nations,
 * in a word of a script that joins letters, behind right-to-left letters, and behind the character that they vary.
 */
const invisible = new RegExp(
  [
    String.raw`(\p{ExtPict}[\uFE0E\uFE0F]?\p{EMod}?(?:\u200D\p{ExtPict}[\uFE0E\uFE0F]?\p{EMod}?)+`,
    String.raw`\u{1F3F4}\u{E0067}\u{E0062}(?:\u{E0065}\u{E006E}\u{E0067}|\u{E0073}\u{E0063}\u{E0074}|\u{E0077}\u{E006C}\u{E0073})\u{E007F}`,
    String.raw`(?<=\p{Emoji})[\uFE0E\uFE0F]`,
    String.raw`(?<=[[${joining}]&&[\p{L}\p{M}]])[\u200C\u200D]`,
    String.raw`(?<=[[${rightToLeft}]&&\p{L}][\p{P}\p{S}\p{N} ]{0,3})[\u061C\u200E\u200F]`,
    String.raw`(?<=\p{sc=Han})[\uFE00-\uFE02\u{E0100}-\u{E01EF}]`,
    String.raw`(?<=\p{sc=Mong})[\u180B-\u180D\u180F])|\p{DI}`,
  ].join("|"),
  "gv",
);

/** The beginning of a sequence at the end of a text, or half of a character. */
const begun =
  // oxlint-disable-next-line no-control-regex
  /(?:(?:\u001b\[|\u009b)[\x30-\x3F]*[\x20-\x2F]*|(?:\u001b[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\n\x07\x18\x1A\u001b\u009C]{0,4096}\u001b?|\u001b[\x20-\x2F]*|[\uD800-\uDBFF])$/;

/** Characters of a text on which the next one can depend. */
const contextLength = 64;

/**
 * Foreign text for a terminal. It keeps letters, line breaks and tabs, and nothing that moves the cursor, changes
 * colours, writes to the clipboard, shows text in another order, or hides text in what looks like another one.
 */
export function neutralise(text: string): string {
  return withoutInvisible(withoutControls(text));
}

/** {@link neutralise} for a text that comes in pieces: however it is cut, the outcome is that of the whole. */
export class NeutralStream {
  /** The beginning of a sequence, whose end is needed to remove it. */
  #held = "";
  /** The end of what is out already, before invisible characters were removed. */
  #context = "";

  /** The next part of the neutral text. */
  take(piece: string): string {
    const text = this.#held + piece;
    this.#held = begun.exec(text)?.[0] ?? "";
    const ended = text.slice(0, text.length - this.#held.length);
    // An Escape ends the string before it.
    return this.#pass(this.#held.startsWith("\u001b") ? `${ended}\u001b` : ended);
  }

  /** The last part; the stream then begins again. */
  end(): string {
    const last = this.#pass(this.#held);
    this.#held = "";
    this.#context = "";
    return last;
  }

  #pass(text: string): string {
    const before = this.#context;
    const all = before + withoutControls(text);
    this.#context = all.slice(-contextLength);
    return withoutInvisible(all).slice(withoutInvisible(before).length);
  }
}

function withoutControls(text: string): string {
  return text.replaceAll(sequences, "").replaceAll(controls, "").replaceAll(separators, "\n");
}

function withoutInvisible(text: string): string {
  return /\p{DI}/u.test(text) ? text.replaceAll(invisible, "$1") : text;
}
