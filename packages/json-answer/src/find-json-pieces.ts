/** A piece of a text from an opening bracket to the bracket that closes it. */
export interface JsonPiece {
  readonly text: string;
  /** The same text with empty quotes. */
  readonly bare: string;
  /** A fault in quotes that cannot be repaired, if there is one. */
  readonly oddText?: string | undefined;
}

/** Levels of brackets: far beyond an answer, and well within the stack of whatever checks it. */
export const mostLevels = 500;

export interface JsonPieces {
  /** The outermost pieces. */
  readonly pieces: readonly JsonPiece[];
  /** True when the text ends inside its last piece. */
  readonly isCutOff: boolean;
  /** The depth of the brackets. */
  readonly levels: number;
}

/**
 * Finds the pieces of a text that may be JSON, also among prose and with other quotes. It skips reasoning: a block of
 * `<think>`, `[THINK]` or a similar tag (to the end of the text if nothing closes it), the text before a closing tag
 * without an opening one, and the channels of the harmony format before the last one.
 */
export function findJsonPieces(text: string): JsonPieces {
  let pieces: JsonPiece[] = [];
  let levels = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? "";
    if (!beginnings.includes(character)) continue;
    const tag = tagAt(text, index);
    if (tag !== undefined) {
      if (tag.closes) pieces = [];
      const end = index + tag.length;
      index = (tag.closes ? end : (nextClosingTag(text, end)?.end ?? text.length)) - 1;
      continue;
    }
    if (!beginsJson(text, index)) continue;
    const { isClosed, ...piece } = readPiece(text, index);
    const isBroken = !isClosed || closingTag.test(piece.bare);
    const tagAfter = isBroken ? nextClosingTag(text, index) : undefined;
    if (tagAfter !== undefined) {
      // An incomplete bracket of the reasoning, which has ended.
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

/** The names that models give to their reasoning, and the brackets that they put around them. */
const names =
  "(?:\\w+:)?(?:think|thinking|thoughts?|reasoning|reflection|analysis|scratchpad|inner_?(?:thoughts|monologue))";
const closed = `<\\/${names}>|\\[\\/think\\]|◁\\/think▷|<\\|channel\\|>final`;
const closingTag = new RegExp(closed, "i");
/** The first characters of tags and of JSON. */
const beginnings = "<◁[{";
const anyTag = new RegExp(
  `(?:${closed})|<${names}(?:\\s[^<>]*)?>|\\[think\\]|◁think▷|<\\|channel\\|>(?!final)\\w+`,
  "iy",
);

/** The tag of reasoning at a place of a text, if one stands there. */
export function tagAt(
  text: string,
  index: number,
): { length: number; closes: boolean } | undefined {
  const [tag] = matchAt(anyTag, text, index) ?? [];
  return tag === undefined ? undefined : { length: tag.length, closes: closingTag.test(tag) };
}

/** The next tag that ends reasoning. */
export function nextClosingTag(
  text: string,
  from: number,
): { start: number; end: number } | undefined {
  const match = closingTag.exec(text.slice(from));
  return match
    ? { start: from + match.index, end: from + match.index + match[0].length }
    : undefined;
}

/** True for a bracket that may start an object or a list; in prose, a bracket may also be part of ":-[". */
export function beginsJson(text: string, index: number): boolean {
  // Excludes a quoted bracket.
  const isQuoted = /^(["'`]).\1$/.test(text.slice(Math.max(0, index - 1), index + 2));
  return !isQuoted && matchAt(jsonBeginning, text, index) !== undefined;
}

const jsonBeginning =
  /\{\s*(?:["'“”‘’`´}]|\/[/*]|[\w$-]+\s*:)|\[\s*(?:["'“”‘’`´{[\]]|\/[/*]|(?:-?\d[\d.e+-]*|true|false|null|none)\s*[,\]])/iy;

function matchAt(sticky: RegExp, text: string, index: number): RegExpExecArray | undefined {
  sticky.lastIndex = index;
  return sticky.exec(text) ?? undefined;
}

interface ReadPiece extends JsonPiece {
  readonly levels: number;
  readonly isClosed: boolean;
}

function readPiece(text: string, start: number): ReadPiece {
  let [bare, before, depth, levels] = ["", "", 0, 0];
  let oddText: string | undefined;
  for (let index = start; index < text.length; index += 1) {
    const quoted = quotedAt(text, index, before);
    const character = quoted === undefined ? (text[index] ?? "") : '""';
    bare += character;
    if (character.trim() !== "") before = character;
    if (quoted !== undefined) {
      oddText ??= oddnessOf(quoted, text.slice(index + quoted.length, index + quoted.length + 99));
      index += quoted.length - 1;
    }
    if (character === "{" || character === "[") levels = Math.max(levels, (depth += 1));
    if ((character === "}" || character === "]") && (depth -= 1) === 0)
      return { text: text.slice(start, index + 1), bare, oddText, levels, isClosed: true };
  }
  return { text: text.slice(start), bare, oddText, levels, isClosed: false };
}

/** A quoted text with its quotes; without the closing quote if that is missing. */
function quotedAt(text: string, index: number, before: string): string | undefined {
  const quote = text[index] ?? "";
  // A quote that JSON does not have may be an apostrophe, unless it is at the beginning of a value.
  if (quote !== '"' && !"{[,:".includes(before)) return;
  const pattern = quotedTexts.find(([quotes]) => quotes.includes(quote))?.[1];
  return pattern && matchAt(pattern, text, index)?.[0];
}

/** The quotes with which a text may begin, and the pattern of the whole text. */
const quotedTexts = ['"', "'", '“”"', "‘’'`´"].map(
  (quotes) =>
    [
      quotes,
      new RegExp(`.[^\\\\${quotes}]*(?:\\\\[^][^\\\\${quotes}]*)*[\\\\${quotes}]?`, "y"),
    ] as const,
);

function oddnessOf(quoted: string, after: string): string | undefined {
  // A delimiter must follow a text. JSON's own quotes need no such check.
  if (!quoted.startsWith('"') && /^\s*[^\s,:}\]/+]/.test(after)) return "an unescaped quote";
  return /^[^\\]*(?:\\["'\\/bfnrtu\n][^\\]*)*$/.test(quoted)
    ? undefined
    : "a backslash escape that JSON does not allow";
}
