/** A piece of a text between a bracket that JSON may begin with and the one that closes it. */
export interface JsonPiece {
  readonly text: string;
  /** The same with nothing in its quotes. */
  readonly bare: string;
  /** What is wrong with a text in quotes so that no one can say what it should be, if anything is. */
  readonly oddText?: string | undefined;
}

export interface JsonPieces {
  /** Those inside others left out. */
  readonly pieces: readonly JsonPiece[];
  /** Whether the text ends before the last one does. */
  readonly isCutOff: boolean;
  /** How deep the brackets go. */
  readonly levels: number;
}

/**
 * Finds what may be JSON in a text, also among prose, and with other quotes than JSON has. Reasoning is passed
 * over: a block of `<think>`, `<thinking>` or `<reasoning>`, up to the end where none closes it, and all that
 * precedes a closing tag without an opening one.
 */
export function findJsonPieces(text: string): JsonPieces {
  let pieces: JsonPiece[] = [];
  let levels = 0;
  for (let index = 0; index < text.length; index += 1) {
    const tag = text[index] === "<" ? tagAt(text, index) : undefined;
    if (tag !== undefined) {
      if (tag.isClosing) pieces = [];
      const end = tag.isClosing ? tag.end : (nextClosingTag(text, tag.end)?.end ?? text.length);
      index = end - 1;
      continue;
    }
    if (!beginsJson(text, index)) continue;
    const { isClosed, ...piece } = readPiece(text, index);
    const isBroken = !isClosed || closingTag.test(piece.bare);
    const tagAfter = isBroken ? nextClosingTag(text, index) : undefined;
    if (tagAfter !== undefined) {
      // A bracket of the reasoning, whose end breaks it off.
      index = tagAfter.start - 1;
      continue;
    }
    levels = Math.max(levels, piece.levels);
    if (!isClosed) return { pieces, isCutOff: true, levels };
    pieces.push(piece);
    index += piece.text.length - 1;
  }
  return { pieces, isCutOff: false, levels };
}

interface Tag {
  readonly isClosing: boolean;
  readonly start: number;
  readonly end: number;
}

const closingTag = /<\/(?:think|thinking|reasoning)>/i;

/** The tag of reasoning that begins at a place, if one does. */
function tagAt(text: string, start: number): Tag | undefined {
  const tag = /<(\/?)(?:think|thinking|reasoning)(?:\s[^<>]*)?>/iy;
  tag.lastIndex = start;
  const match = tag.exec(text);
  return match === null
    ? undefined
    : { isClosing: match[1] === "/", start, end: start + match[0].length };
}

function nextClosingTag(text: string, from: number): Tag | undefined {
  const match = closingTag.exec(text.slice(from));
  if (match === null) return;
  const start = from + match.index;
  return { isClosing: true, start, end: start + match[0].length };
}

/** Whether a bracket is followed by what an object or a list may begin with; prose has others, such as ":-[". */
function beginsJson(text: string, index: number): boolean {
  const bracket = text[index];
  if (bracket !== "{" && bracket !== "[") return false;
  // A bracket that is spoken of.
  if (/^(["'`]).\1$/.test(text.slice(Math.max(0, index - 1), index + 2))) return false;
  const beginning = bracket === "{" ? objectBeginning : listBeginning;
  beginning.lastIndex = index + 1;
  return beginning.test(text);
}

const objectBeginning = /\s*(?:["'“”‘’`´}]|\/[/*]|[\w$-]+\s*:)/y;
const listBeginning =
  /\s*(?:["'“”‘’`´{[\]]|\/[/*]|-?\d[\d.e+-]*\s*[,\]]|(?:true|false|null|none)\s*[,\]])/iy;

interface ReadPiece extends JsonPiece {
  readonly levels: number;
  readonly isClosed: boolean;
}

function readPiece(text: string, start: number): ReadPiece {
  let [bare, before, depth, levels] = ["", "", 0, 0];
  let oddText: string | undefined;
  for (let index = start; index < text.length; index += 1) {
    const character = text[index] ?? "";
    const closing = closingQuotes(character, before);
    if (closing !== undefined) {
      const quoted = readQuoted(text, index, closing);
      oddText ??= quoted.oddText;
      index = quoted.end;
      bare += '""';
      before = '"';
      continue;
    }
    bare += character;
    if (character.trim() !== "") before = character;
    if (character === "{" || character === "[") levels = Math.max(levels, (depth += 1));
    if (character !== "}" && character !== "]") continue;
    depth -= 1;
    if (depth === 0)
      return { text: text.slice(start, index + 1), bare, oddText, levels, isClosed: true };
  }
  return { text: text.slice(start), bare, oddText, levels, isClosed: false };
}

/** The quotes that end what this one begins; `undefined` if it begins nothing. */
function closingQuotes(character: string, before: string): string | undefined {
  if (character === '"') return character;
  // Another one is an apostrophe or so, unless it stands where a text begins.
  if (!"{[,:".includes(before)) return;
  if (character === "'") return character;
  return ['“”"', "‘’'`´"].find((quotes) => quotes.includes(character));
}

interface Quoted {
  /** Where the closing quote is. */
  readonly end: number;
  readonly oddText?: string;
}

function readQuoted(text: string, start: number, closing: string): Quoted {
  let oddText: string | undefined;
  let end = start + 1;
  for (; end < text.length && !closing.includes(text[end] ?? ""); end += 1)
    if (text[end] === "\\") {
      end += 1;
      if (!`"'\\/bfnrtu\n`.includes(text[end] ?? ""))
        oddText = "a backslash that JSON does not know";
    }
  // After a text something else follows. JSON's own quote needs no such look.
  const isInside = closing !== '"' && /^\s*[^\s,:}\]/+]/.test(text.slice(end + 1, end + 100));
  if (isInside) oddText = "a quote that is not escaped";
  return { end, ...(oddText !== undefined && { oddText }) };
}
