import stringWidth from "string-width";

/** A piece of text with its emphasis. */
export interface Span {
  readonly text: string;
  readonly paint: (text: string) => string;
}

/** The beginning of the first line, and that of the others. */
export interface Indent {
  readonly first: string;
  readonly rest: string;
}

interface Word {
  readonly spans: readonly Span[];
  readonly width: number;
  /** True where a space stands before it. */
  readonly spaced: boolean;
}

/** A line break, a run of spaces, a character that a line may end behind, or the rest of a word. */
const atoms =
  /\n|[ \t]+|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}][\p{M}\u3001\u3002\uFF01\uFF0C\uFF1A\uFF1B\uFF1F\u300D\u300F]*|[^\n \t\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;

const breaksAfter = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/**
 * Lays out text in lines of at most `width` columns. Words stay whole, whatever emphasis changes inside them; one that
 * is wider than a line has a line of its own.
 */
export function flowSpans(
  spans: readonly Span[],
  width: number,
  indent: Indent,
): readonly string[] {
  return splitLines(spans).flatMap((words, index) =>
    flowWords(words, width, index === 0 ? indent : { first: indent.rest, rest: indent.rest }),
  );
}

function flowWords(
  words: readonly Word[],
  width: number,
  { first, rest }: Indent,
): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let column = stringWidth(first);
  let isEmpty = true;
  for (const word of words) {
    const space = word.spaced && !isEmpty ? " " : "";
    if (!isEmpty && column + space.length + word.width > width) {
      lines.push(line);
      line = rest;
      column = stringWidth(rest);
    } else {
      line += space;
      column += space.length;
    }
    line += word.spans.map(({ text, paint }) => paint(text)).join("");
    column += word.width;
    isEmpty = false;
  }
  return [...lines, line].map((one) => one.trimEnd());
}

/** The words of each line of the source. */
function splitLines(spans: readonly Span[]): readonly (readonly Word[])[] {
  const lines: Word[][] = [[]];
  let parts: Span[] = [];
  let spaced = false;
  const end = (): void => {
    const text = parts.map((part) => part.text).join("");
    if (text !== "") lines.at(-1)?.push({ spans: parts, width: stringWidth(text), spaced });
    parts = [];
    spaced = false;
  };
  for (const { text, paint } of spans)
    for (const [atom] of text.matchAll(atoms))
      if (atom === "\n") {
        end();
        lines.push([]);
      } else if (/^[ \t]/.test(atom)) {
        end();
        spaced = true;
      } else {
        const isIdeograph = breaksAfter.test(atom);
        // A line may end before such a character, too.
        if (isIdeograph && parts.length > 0) end();
        parts.push({ text: atom, paint });
        if (isIdeograph) end();
      }
  end();
  return lines;
}
