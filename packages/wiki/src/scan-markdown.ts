import { readIds } from "./page-anchors.ts";
import { linkDefinition, markdownLink, type PageLink, readLinks } from "./scan-links.ts";
import { splitLines, type TextLine } from "./text-lines.ts";

export interface PageHeading {
  /** From 1 to 6. */
  readonly level: number;
  /** As a reader sees it, without marks. */
  readonly text: string;
  /** The page's line; counts from 1. */
  readonly line: number;
}

/** `[^id]: content`, and the lines that continue it. */
export interface FootnoteDefinition {
  readonly id: string;
  readonly content: string;
  readonly line: number;
  /** The offsets of the whole definition, without its last line break. */
  readonly start: number;
  readonly end: number;
}

/** `[^id]` in the text of a page, with its offsets in the page. */
export interface FootnoteReference {
  readonly id: string;
  /** The page's line; counts from 1. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

export interface ScannedMarkdown {
  readonly headings: readonly PageHeading[];
  readonly links: readonly PageLink[];
  readonly definitions: readonly FootnoteDefinition[];
  readonly references: readonly FootnoteReference[];
  /** Ids of HTML, of headings as `{#id}`, and of blocks with their `^`. */
  readonly ids: readonly string[];
  /** The text that a reader sees, for a search. */
  readonly plainText: string;
}

/**
 * Reads a page line by line: ten thousand pages take a second and not a minute, as with a whole Markdown tree. Code,
 * comments and footnotes are seen as such. Pure.
 */
export function scanMarkdown(text: string, bodyStart: number): ScannedMarkdown {
  const headings: PageHeading[] = [];
  const links: PageLink[] = [];
  const definitions: FootnoteDefinition[] = [];
  const references: FootnoteReference[] = [];
  const ids: string[] = [];
  const plain: string[] = [];
  let fence: string | undefined;
  let inComment = false;
  // The columns at which the texts of the list items around the line begin.
  const lists: number[] = [];
  let before: TextLine | undefined;
  for (const line of splitLines(text)) {
    if (line.start < bodyStart) continue;
    const marks = /^(?: {0,3}|[ \t]*(?:[-*+]|\d+[.)])[ \t]+|[> ]*)(`{3,}(?=[^`]*$)|~{3,})/.exec(
      line.text,
    )?.[1];
    if (fence !== undefined) {
      const closing = /^[> \t]*(`{3,}|~{3,})[ \t]*$/.exec(line.text)?.[1];
      if (closing?.startsWith(fence) === true) fence = undefined;
      else plain.push(line.text);
      before = undefined;
      continue;
    }
    if (marks !== undefined && !inComment) {
      fence = marks;
      before = undefined;
      continue;
    }
    const seen = withoutComments(line.text, inComment);
    inComment = seen.inComment;
    const visible = withoutCode(seen.text);
    const definition = definitionMark.exec(visible);
    const last = definitions.at(-1);
    if (definition !== null) {
      const [mark, lead = "", id = ""] = definition;
      const content = line.text.slice(mark.length);
      definitions.push({
        id,
        content,
        line: line.number,
        start: line.start + lead.length,
        end: line.start + line.text.length,
      });
      plain.push(labelOf(content));
      before = undefined;
      readLinks(visible.slice(mark.length), { line: line.number, isParagraph: true }, links);
      readReferences(visible.replace(mark, " ".repeat(mark.length)), line, references);
      continue;
    }
    if (
      last !== undefined &&
      /^(?: {4}|\t)\S/.test(line.text) &&
      onlyBlank(text.slice(last.end, line.start))
    ) {
      definitions[definitions.length - 1] = {
        ...last,
        content: `${last.content}\n${line.text.trim()}`,
        end: line.start + line.text.length,
      };
      readLinks(visible.trim(), { line: line.number, isParagraph: true }, links);
      plain.push(toPlain(seen.text.trim()));
      continue;
    }
    const indent = columnsOf(line.text);
    if (visible.trim() !== "") while (indent < (lists.at(-1) ?? 0)) lists.pop();
    const isNear = indent < (lists.at(-1) ?? 0) + 4;
    if (!isNear && before === undefined) {
      plain.push(line.text);
      continue;
    }
    const item = isNear ? listItem.exec(line.text)?.[0] : undefined;
    if (item !== undefined) lists.push(columnsOf(item.replaceAll(/\S/g, " ")));
    const heading = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/.exec(line.text);
    if (heading !== null && visible.trim() !== "")
      headings.push({
        level: heading[1]?.length ?? 1,
        text: toPlain(heading[2] ?? ""),
        line: line.number,
      });
    const isUnderline = before !== undefined && /^ {0,3}(?:=+|-+)[ \t]*$/.test(line.text);
    if (before !== undefined && isUnderline)
      headings.push({
        level: line.text.includes("=") ? 1 : 2,
        text: toPlain(before.text),
        line: before.number,
      });
    readLinks(visible, { line: line.number, isParagraph: before !== undefined }, links);
    readReferences(visible, line, references);
    readIds(visible, ids);
    plain.push(toPlain(seen.text));
    const ends =
      visible.trim() === "" ||
      heading !== null ||
      isUnderline ||
      /^\s*(?:[>|]|[-*+](?:[ \t]|$))|^ {0,3}(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$/.test(
        visible,
      ) ||
      (before === undefined && linkDefinition.test(visible));
    if (ends) before = undefined;
    // The lines of a paragraph, which an underline makes a heading.
    else
      before =
        before === undefined ? line : { ...before, text: `${before.text} ${line.text.trim()}` };
  }
  return { headings, links, definitions, references, ids, plainText: plain.join("\n").trim() };
}

/** `[^id]:`, also in quotes and at the start of list items. */
const definitionMark =
  /^((?: {0,3}(?:>[ \t]?|(?:[-*+]|\d{1,9}[.)])[ \t]{1,4})){0,10} {0,3})\[\^([^\]\s]{1,100})\]:[ \t]*/;

const listItem = /^\s*(?:[-*+]|\d{1,9}[.)])[ \t]+(?=\S)/;

/** The columns of the white space at the start; a tab leads to the next fourth column. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const character of /^[ \t]*/.exec(text)?.[0] ?? "")
    columns += character === "\t" ? 4 - (columns % 4) : 1;
  return columns;
}

function onlyBlank(text: string): boolean {
  return text.trim() === "";
}

function withoutComments(
  text: string,
  began: boolean,
): { readonly text: string; readonly inComment: boolean } {
  let inComment = began;
  let rest = text;
  let seen = "";
  while (rest !== "") {
    const mark = inComment ? "-->" : "<!--";
    const at = rest.indexOf(mark);
    const part = at < 0 ? rest : rest.slice(0, at);
    seen += inComment ? " ".repeat(part.length) : part;
    if (at < 0) break;
    seen += " ".repeat(mark.length);
    rest = rest.slice(at + mark.length);
    inComment = !inComment;
  }
  return { text: seen.replaceAll(obsidianComment, (part) => " ".repeat(part.length)), inComment };
}

/** `%% … %%` within a line, as Obsidian has them. */
const obsidianComment = /%%[^%\n]{0,1000}%%/g;

/** The same number of characters, with spaces for inline code and for escaped brackets. */
function withoutCode(text: string): string {
  if (!text.includes("`") && !text.includes("\\")) return text;
  return text
    .replaceAll(/(?<![\\`])(`{1,10})(?!`)[^]*?(?<!`)\1(?!`)/g, (code) => " ".repeat(code.length))
    .replaceAll(/\\[![\]`\\]/g, "  ");
}

function readReferences(visible: string, line: TextLine, references: FootnoteReference[]): void {
  if (!visible.includes("[^")) return;
  for (const found of visible.matchAll(/\[\^([^\]\s^]{1,100})\]/g)) {
    const start = line.start + found.index;
    references.push({ id: found[1] ?? "", line: line.number, start, end: start + found[0].length });
  }
}

function labelOf(content: string): string {
  return /^\[([^\]]{1,400})\]/.exec(content)?.[1] ?? content;
}

/** A line of Markdown as its reader sees it, near enough for a search. */
function toPlain(text: string): string {
  return text
    .replaceAll(/\[\^[^\]\s]{1,100}\]/g, "")
    .replaceAll(/!?\[\[(?:[^[\]|\n]{0,400}\|)?([^[\]|\n]{1,400})\]\]/g, "$1")
    .replaceAll(markdownLink, (link) => /^!?\[(.*)\]\(/.exec(link)?.[1] ?? link)
    .replaceAll(/<\/?[a-z][^<>]{0,200}>/gi, " ")
    .replaceAll(/^\s*(?:#{1,6}\s+|>\s?)+/g, "")
    .replace(/(?:^|[ \t])\^[\w-]{1,200}[ \t]*$/, "")
    .replaceAll(/[*`~]{1,3}/g, "")
    .trim();
}
