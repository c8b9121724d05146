import { splitLines, type TextLine } from "./text-lines.ts";

export interface PageHeading {
  readonly level: number;
  readonly text: string;
  /** The page's line; counts from 1. */
  readonly line: number;
}

export interface PageLink {
  /** `wiki`: `[[Page]]`; `markdown`: `[text](target)`. */
  readonly kind: "wiki" | "markdown";
  /** Its target as written, decoded, without the part after `#`. */
  readonly target: string;
  readonly line: number;
  readonly embedded: boolean;
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

export interface FootnoteReference {
  readonly id: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

export interface ScannedMarkdown {
  readonly headings: readonly PageHeading[];
  readonly links: readonly PageLink[];
  readonly definitions: readonly FootnoteDefinition[];
  readonly references: readonly FootnoteReference[];
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
  const plain: string[] = [];
  let fence: string | undefined;
  let inComment = false;
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
    const definition = /^ {0,3}\[\^([^\]\s]{1,100})\]:[ \t]*/.exec(visible);
    const last = definitions.at(-1);
    if (definition !== null) {
      const [mark, id = ""] = definition;
      const content = line.text.slice(mark.length);
      definitions.push({
        id,
        content,
        line: line.number,
        start: line.start,
        end: line.start + line.text.length,
      });
      plain.push(labelOf(content));
      before = undefined;
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
      continue;
    }
    if (/^(?: {4}|\t)/.test(line.text) && before === undefined) {
      plain.push(line.text);
      continue;
    }
    const heading = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/.exec(line.text);
    if (heading !== null && visible.trim() !== "")
      headings.push({
        level: heading[1]?.length ?? 1,
        text: toPlain(heading[2] ?? ""),
        line: line.number,
      });
    else if (before !== undefined && /^ {0,3}(?:=+|-+)[ \t]*$/.test(line.text))
      headings.push({
        level: line.text.includes("=") ? 1 : 2,
        text: toPlain(before.text),
        line: before.number,
      });
    readLinks(visible, line, links);
    readReferences(visible, line, references);
    plain.push(toPlain(seen.text));
    before =
      visible.trim() === "" || heading !== null || /^\s*(?:[>|]|[-*+] )/.test(visible)
        ? undefined
        : line;
  }
  return { headings, links, definitions, references, plainText: plain.join("\n").trim() };
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
  return { text: seen, inComment };
}

/** The same number of characters, with spaces for inline code and for what a backslash escapes. */
function withoutCode(text: string): string {
  if (!text.includes("`") && !text.includes("\\")) return text;
  return text
    .replaceAll(/(?<![\\`])(`{1,10})(?!`)[^]*?(?<!`)\1(?!`)/g, (code) => " ".repeat(code.length))
    .replaceAll(/\\[!-/:-@[-`{-~]/g, "  ");
}

const wikiLink = /(!?)\[\[([^[\]|#\n]{1,400})?(?:#[^[\]|\n]{0,400})?(?:\\?\|[^[\]\n]{0,400})?\]\]/g;
const markdownLink =
  /(!?)\[(?:[^[\]]|\[[^[\]]{0,200}\]){0,400}\]\((<[^<>\n]{0,1000}>|(?:[^\s()]|\([^\s()]{0,200}\)){0,1000})(?:[ \t]+(?:"[^"]{0,400}"|'[^']{0,400}'))?[ \t]*\)/g;
const linkDefinition = /^ {0,3}\[(?!\^)[^\]]{1,400}\]:[ \t]*(<[^<>]{1,1000}>|\S{1,1000})/;

function readLinks(visible: string, { number: line }: TextLine, links: PageLink[]): void {
  if (!visible.includes("[")) return;
  for (const [, mark, target = ""] of visible.matchAll(wikiLink))
    if (target.trim() !== "")
      links.push({ kind: "wiki", target: target.trim(), line, embedded: mark === "!" });
  for (const [, mark, written = ""] of visible.matchAll(markdownLink))
    addLink(written, mark === "!");
  const defined = linkDefinition.exec(visible)?.[1];
  if (defined !== undefined) addLink(defined, false);

  function addLink(written: string, embedded: boolean): void {
    const target = decodeTarget(written);
    if (target !== "" && !/^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(target))
      links.push({ kind: "markdown", target, line, embedded });
  }
}

function readReferences(visible: string, line: TextLine, references: FootnoteReference[]): void {
  if (!visible.includes("[^")) return;
  for (const found of visible.matchAll(/\[\^([^\]\s^]{1,100})\]/g)) {
    const start = line.start + found.index;
    references.push({ id: found[1] ?? "", line: line.number, start, end: start + found[0].length });
  }
}

/** The target of a link, without brackets, percent signs, and the part after `#`. */
export function decodeTarget(written: string): string {
  const [path = ""] = written.replace(/^<(.*)>$/, "$1").split("#");
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
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
    .replaceAll(/[*`~]{1,3}/g, "")
    .trim();
}
