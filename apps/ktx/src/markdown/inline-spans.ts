import type { MarkedToken, Token } from "marked";
import type { Span } from "./flow-spans.ts";
import type { MarkdownStyle } from "./markdown-style.ts";

/** The text of inline tokens, with their emphasis; without colours their marks stay. */
export function inlineSpans(
  tokens: readonly Token[],
  style: MarkdownStyle,
  paint: (text: string) => string = (text) => text,
): readonly Span[] {
  return tokens.filter(isKnown).flatMap((token) => spansOf(token, style, paint));
}

function spansOf(
  token: MarkedToken,
  style: MarkdownStyle,
  outer: (text: string) => string,
): readonly Span[] {
  const within = (
    paint: (text: string) => string,
    tokens: readonly Token[],
    mark: string,
  ): readonly Span[] => {
    const inner = inlineSpans(tokens, style, (text) => outer(paint(text)));
    const shown = { text: mark, paint: outer };
    return style.isColoured ? inner : [shown, ...inner, shown];
  };
  switch (token.type) {
    case "strong":
      return within(style.strong, token.tokens, "**");
    case "em":
      return within(style.emphasis, token.tokens, "*");
    case "del":
      return within(style.deleted, token.tokens, "~~");
    case "codespan":
      return style.isColoured
        ? [{ text: token.text, paint: (text) => outer(style.code(text)) }]
        : [{ text: token.raw, paint: outer }];
    case "link": {
      const label = inlineSpans(token.tokens, style, (text) => outer(style.link(text)));
      // The address stays visible: a label may promise another one.
      const isSame = [token.href, `mailto:${token.text}`, `http://${token.text}`];
      return token.text === token.href || (isSame.includes(token.href) && token.autolink === true)
        ? label
        : [
            ...label,
            { text: " (", paint: outer },
            { text: token.href, paint: style.faint },
            { text: ")", paint: outer },
          ];
    }
    case "image":
      return [
        { text: `${token.text === "" ? "image" : token.text} (${token.href})`, paint: outer },
      ];
    case "br":
      return [{ text: "\n", paint: outer }];
    case "html":
      return [{ text: /^<br\s*\/?>$/i.test(token.text) ? "\n" : token.raw, paint: outer }];
    case "text":
      return token.tokens === undefined
        ? [{ text: joinLines(token.text), paint: outer }]
        : inlineSpans(token.tokens, style, outer);
    case "escape":
      return [{ text: token.text, paint: outer }];
    case "checkbox":
      return [];
    default:
      return [{ text: joinLines(token.raw), paint: outer }];
  }
}

/** A line break in the source of a paragraph is a space. */
function joinLines(text: string): string {
  return text.replaceAll("\n", " ");
}

const known: ReadonlySet<string> = new Set<MarkedToken["type"]>([
  "blockquote",
  "br",
  "checkbox",
  "code",
  "codespan",
  "def",
  "del",
  "em",
  "escape",
  "heading",
  "hr",
  "html",
  "image",
  "link",
  "list",
  "list_item",
  "paragraph",
  "space",
  "strong",
  "table",
  "text",
]);

/** True for a token of Markdown itself: an extension of the parser could add others, and none is used. */
export function isKnown(token: Token): token is MarkedToken {
  return known.has(token.type);
}
