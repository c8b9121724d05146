import type { MarkedToken, Token, Tokens } from "marked";
import stringWidth from "string-width";
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

/** Deeper levels of lists and quotes have no further indentation: a line must keep some room. */
const narrowest = 12;

/** The lines of blocks, with an empty one between two of them. */
export function blockLines(tokens: readonly Token[], look: BlockLook): readonly string[] {
  const blocks = tokens
    .filter(isKnown)
    .filter(({ type }) => type !== "space" && type !== "checkbox")
    .map((token) => linesOf(token, look));
  return blocks.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

function linesOf(token: MarkedToken, look: BlockLook): readonly string[] {
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
      return [style.faint("─".repeat(Math.min(width, 40)))];
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

function codeLines(
  { text, lang = "", raw }: Tokens.Code,
  { width, style, highlight }: BlockLook,
): readonly string[] {
  const [language = ""] = lang.toLowerCase().split(/[\s,{]/);
  const plain: readonly Span[] = [{ text, paint: (part) => part }];
  const spans = style.isColoured ? (highlight?.(text, language) ?? plain) : plain;
  const lines = splitAtBreaks(spans).flatMap((line) => codeLine(line, width));
  // Without colours the marks show where the code begins and ends.
  const fence = /^(`{3,}|~{3,})/.exec(raw)?.[1];
  if (style.isColoured || fence === undefined) return lines.map((line) => `  ${line}`.trimEnd());
  return [`${fence}${lang}`, ...lines, fence];
}

/** A line of code keeps its spaces; one that is too wide goes on below, further in. */
function codeLine(spans: readonly Span[], width: number): readonly string[] {
  const text = spans.map((span) => span.text).join("");
  const room = width - 2;
  if (stringWidth(text) <= room)
    return [spans.map(({ text: part, paint }) => paint(part)).join("")];
  const indent = " ".repeat(Math.min(/^ */.exec(text)?.[0].length ?? 0, Math.floor(room / 2)));
  return flowSpans(spans, room, { first: indent, rest: `${indent}    ` });
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
): readonly string[] {
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

/** Blocks inside another one. */
function indented(
  tokens: readonly Token[],
  look: BlockLook,
  { first, rest }: { readonly first: string; readonly rest: string },
  loose = true,
): readonly string[] {
  const width = Math.max(narrowest, look.width - stringWidth(first));
  const blocks = loose ? [tokens] : tokens.map((token) => [token]);
  const lines = blocks.flatMap((block) => blockLines(block, { ...look, width }));
  return (lines.length === 0 ? [""] : lines).map((line, index) =>
    ((index === 0 ? first : rest) + line).trimEnd(),
  );
}

const noIndent = { first: "", rest: "" };
