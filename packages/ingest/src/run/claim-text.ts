import { oneParagraph } from "../reconcile/one-paragraph.ts";

/** A text that the model gave, or the reason why it may not stand in a page. */
export type CheckedText = { readonly text: string } | { readonly problem: string };

/**
 * The text of a claim, in one paragraph that holds nothing but text: no footnote of its own, no image, no link that
 * leads to a program, no HTML.
 */
export function checkClaimText(given: string): CheckedText {
  const text = withoutPageLinks(oneParagraph(given));
  if (text === "") return { problem: "Expected a statement, got an empty text." };
  if (/\[\^/.test(text))
    return {
      problem: "Expected a statement without footnotes; ktx adds the citation from `lines`.",
    };
  if (/!\[/.test(text)) return { problem: "Expected a statement without images." };
  if (/\]\(\s*<?\s*(?!https?:\/\/|[\w./-]+\.md\b|#)[^)]*\)?/i.test(text) || /\]\s*\[/.test(text))
    return { problem: "Expected links to https addresses and pages only." };
  if (/^[\s>*+#\d.)-]*\[[^\]]*\]:/.test(text))
    return { problem: "Expected a statement, got the definition of a link." };
  return { text: withoutHtml(text).replace(/^(?:#{1,6}|[-+*>]|\d+[.)])\s+/, "") };
}

/**
 * Escapes each `<` that would begin HTML. Escapes and spans of code are found as CommonMark reads them: a backslash takes
 * the sign behind it, and code ends at a run of as many backticks.
 */
function withoutHtml(text: string): string {
  return text.replaceAll(
    /\\[!-/:-@[-`{-~]|(`+)(?:(?!`).*?[^`])??\1(?!`)|`+|<(?=[a-z/!?])/gi,
    (part) => (part === "<" ? String.raw`\<` : part),
  );
}

/** Links to pages become their text: the page may not exist, or may move. */
function withoutPageLinks(text: string): string {
  return text
    .replaceAll(/!?\[\[(?:[^[\]|]{0,400}\|)?([^[\]|]{1,400})\]\]/g, "$1")
    .replaceAll(/(?<!!)\[([^[\]]{1,400})\]\((?:[\w./-]+\.md(?:#[^\s()]*)?|#[^\s()]*)\)/g, "$1");
}

/** A title, a heading or a summary: one line of plain text. */
export function plainLine(given: string, most: number): string {
  return oneParagraph(given.replaceAll(/[`<>[\]|#*\p{Cc}]/gu, " "))
    .slice(0, most)
    .trim();
}

/** The problem of a page's name; undefined for one below `wiki/` that every file system takes. */
export function findPageNameProblem(page: string): string | undefined {
  const isFine =
    page.length <= 120 &&
    /^[a-z0-9][a-z0-9_-]*(?:\/[a-z0-9][a-z0-9_-]*){0,3}\.md$/.test(page) &&
    !/(?:^|\/)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\/)/.test(page);
  return isFine
    ? undefined
    : `Expected a page name such as orders.md or finance/refunds.md, in lower case; got ${JSON.stringify(page.slice(0, 120))}.`;
}

/** The ranges of `12-40` or `12-14, 20`; undefined for another text. */
export function parseRanges(text: string): readonly { from: number; to: number }[] | undefined {
  const ranges = text.split(",").map((part) => {
    const [, from, to] = /^\s*L?(\d{1,7})\s*(?:[-–:]\s*L?(\d{1,7}))?\s*$/.exec(part) ?? [];
    return from === undefined ? undefined : { from: Number(from), to: Number(to ?? from) };
  });
  return ranges.some((range) => range === undefined)
    ? undefined
    : ranges.filter((range) => range !== undefined);
}
