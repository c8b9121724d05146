import { stripVTControlCharacters } from "node:util";
import type { MarkedToken, Token, Tokens } from "marked";
import stringWidth from "string-width";
import { type DraftLine, withText } from "../terminal/draft-line.ts";
import { flowSpans, type Span } from "./flow-spans.ts";
import { inlineSpans, isKnown } from "./inline-spans.ts";
import type { MarkdownStyle } from "./markdown-style.ts";
import { tableLines } from "./table-lines.ts";

export interface BlockLook {
  /** Columns. */
  readonly width: number;
  readonly style: MarkdownStyle;
  /** Undefined while the highlighter is not loaded. */
  readonly highlight?: ((code: string, language: string) => readonly Span[]) | undefined;
}

/** Levels of lists and quotes that leave fewer columns have no further indentation. */
const narrowest = 12;

/** The lines of blocks, with an empty one between two of them. */
export function blockLines(tokens: readonly Token[], look: BlockLook): readonly DraftLine[] {
  const blocks = tokens
    .filter(isKnown)
    .filter(({ type }) => type !== "space" && type !== "checkbox")
    .map((token) => linesOf(token, look));
  return blocks.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

function linesOf(token: MarkedToken, look: BlockLook): readonly DraftLine[] {
  const { width, style } = look;
  switch (token.type) {
    case "heading": {
      const marks = {
        text: style.isColoured ? "" : `${"#".repeat(token.depth)} `,
        paint: style.heading,
      };
      return flowSpans(
        [marks, ...inlineSpans(token.tokens, style, style.heading)],
        width,
        noIndent,
      );
    }
    case "code":
      return codeLines(token, look);
    case "list":
      return listLines(token, look);
    case "table":
      return tableLines(token, width, style);
    case "blockquote":
      return indented(token.tokens, look, { first: style.faint("│ "), rest: style.faint("│ ") });
    case "hr":
      return [{ text: style.faint("─".repeat(Math.min(width, 40))), says: token.raw }];
    case "html":
    case "def":
      return flowSpans([{ text: token.raw.trimEnd(), paint: style.faint }], width, noIndent);
    default:
      return flowSpans(
        inlineSpans([token.type === "paragraph" ? { ...token, type: "text" } : token], style),
        width,
        noIndent,
      );
  }
}

/**
 * A line of code stays one line, however wide it is: the terminal shows its end in the next row, and gives it whole to
 * who copies it.
 */
function codeLines(
  { text, lang = "", raw }: Tokens.Code,
  { style, highlight }: BlockLook,
): readonly string[] {
  const [language = ""] = lang.toLowerCase().split(/[\s,{]/);
  const plain: readonly Span[] = [{ text, paint: (part) => part }];
  const spans = style.isColoured ? (highlight?.(text, language) ?? plain) : plain;
  const lines = splitAtBreaks(spans).map((line) =>
    line.map(({ text: part, paint }) => paint(part)).join(""),
  );
  // Without colours the marks show where the code begins and ends.
  const fence = /^(`{3,}|~{3,})/.exec(raw)?.[1];
  if (style.isColoured || fence === undefined) return lines.map((line) => `  ${line}`.trimEnd());
  return [`${fence}${lang}`, ...lines, fence];
}

function splitAtBreaks(spans: readonly Span[]): readonly (readonly Span[])[] {
  const lines: Span[][] = [[]];
  for (const { text, paint } of spans)
    for (const [index, part] of text.replaceAll("\t", "    ").split("\n").entries()) {
      if (index > 0) lines.push([]);
      if (part !== "") lines.at(-1)?.push({ text: part, paint });
    }
  return lines;
}

function listLines(
  { ordered, start, loose, items }: Tokens.List,
  look: BlockLook,
): readonly DraftLine[] {
  const first = start === "" ? 1 : start;
  const widest = `${first + items.length - 1}. `.length;
  return items.flatMap((item, index) => {
    const box = item.task ? `[${item.checked === true ? "x" : " "}] ` : "";
    const mark = ordered ? `${first + index}. `.padStart(widest) : "- ";
    const indent = { first: `${mark}${box}`, rest: " ".repeat(mark.length) };
    const lines = indented(item.tokens, look, indent, loose);
    return loose && index > 0 ? ["", ...lines] : lines;
  });
}

/** Blocks inside another one. Where a line has little room, only the first one has the mark, and the others no indentation. */
function indented(
  tokens: readonly Token[],
  look: BlockLook,
  { first, rest: usual }: { readonly first: string; readonly rest: string },
  loose = true,
): readonly DraftLine[] {
  const room = look.width - stringWidth(first);
  const isRoomy = room >= narrowest;
  const isAbove = room < narrowest / 2;
  const rest = isRoomy ? usual : "";
  const laid = (block: readonly Token[], width: number) => blockLines(block, { ...look, width });
  const blocks = loose && isRoomy ? [tokens] : tokens.map((token) => [token]);
  const lines = blocks
    .map((block, index) => laid(block, isAbove || (index > 0 && !isRoomy) ? look.width : room))
    .filter((block) => block.length > 0)
    .flatMap((block, index) => (loose && index > 0 && !isRoomy ? ["", ...block] : block));
  if (isAbove) return [first.trimEnd(), ...lines];
  return (lines.length === 0 ? [""] : lines).flatMap((line, index) =>
    behind(index === 0 ? first : rest, rest, line, look.width),
  );
}

/** The line with an indentation, of which a word that is wider than the room gets as much as it leaves. */
function behind(first: string, rest: string, line: DraftLine, width: number): readonly DraftLine[] {
  const usual = withText(line, (text) =>
    text
      .split("\n")
      .map((row, index) => ((index === 0 ? first : rest) + row).trimEnd())
      .join("\n"),
  );
  if (typeof line !== "string") return [usual];
  const word = line.trimStart();
  const left = width - stringWidth(word);
  const isUsual =
    stringWidth(first + line) <= width || left < 0 || /\s/.test(stripVTControlCharacters(word));
  if (isUsual) return [usual];
  const moved = " ".repeat(Math.min(left, stringWidth(rest) + line.length - word.length)) + word;
  return first.trim() === "" ? [moved] : [first.trimEnd(), moved];
}

const noIndent = { first: "", rest: "" };
