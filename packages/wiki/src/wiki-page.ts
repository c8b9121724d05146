import { posix } from "node:path";
import { type Citation, readCitation, type UncheckedLines } from "./citation.ts";
import { rangeOf } from "./cited-lines.ts";
import { contentHash } from "./content-hash.ts";
import { frontMatterLinks } from "./front-matter-links.ts";
import { type FrontMatter, parseFrontMatter } from "./front-matter.ts";
import {
  type FootnoteDefinition,
  type FootnoteReference,
  type PageHeading,
  scanMarkdown,
} from "./scan-markdown.ts";
import type { PageLink } from "./scan-links.ts";

/** A page, read. Its offsets count the characters of `text`. */
export interface WikiPage {
  /** Its path below the wiki's folder, with `/`. */
  readonly name: string;
  /** The file as it is, with its byte order mark and its line breaks. */
  readonly text: string;
  /** SHA-256 of the file, as 64 hexadecimal digits. */
  readonly hash: string;
  /** Of the front matter, else the first heading of level 1, else the file's name. */
  readonly title: string;
  readonly summary: string;
  readonly tags: readonly string[];
  /** Other titles, as Obsidian has them. */
  readonly aliases: readonly string[];
  /** As the front matter has it. */
  readonly updated?: string;
  readonly frontMatter: FrontMatter;
  readonly headings: readonly PageHeading[];
  readonly links: readonly PageLink[];
  readonly citations: readonly Citation[];
  /** The ids and lines of all footnotes, citations among them. */
  readonly footnotes: readonly { readonly id: string; readonly line: number }[];
  readonly references: readonly FootnoteReference[];
  /** Places that links may lead to beside the headings: ids of HTML, `{#id}`, and `^id` of a block. */
  readonly ids: readonly string[];
  /** The text that a reader sees, without front matter. */
  readonly plainText: string;
  readonly problems: readonly PageProblem[];
}

/** The reason why a part of a page cannot be read. */
export interface PageProblem {
  /** Counts from 1. */
  readonly line: number;
  readonly message: string;
}

/** A page's file, from the project's folder. */
export function pagePathOf(name: string, wikiFolder: string): string {
  return posix.join(wikiFolder, name);
}

/**
 * Reads a page. It has no error: what cannot be read is one of the page's problems. Pure.
 *
 * @param wikiFolder the wiki's folder, from the project's; cited files are found from there.
 */
export function parsePage(name: string, text: string, wikiFolder: string): WikiPage {
  const frontMatter = parseFrontMatter(text);
  const { values, problem } = frontMatter;
  const scanned = scanMarkdown(text, frontMatter.bodyStart);
  const citations: Citation[] = [];
  const problems: PageProblem[] = problem === undefined ? [] : [problem];
  for (const definition of scanned.definitions) {
    const citation = readCitation(definition, pagePathOf(name, wikiFolder));
    if (citation === undefined) continue;
    if (citation !== "malformed" && "hash" in citation) citations.push(citation);
    else problems.push(problemOf(definition, citation, name));
  }
  problems.push(...findDoubles(scanned.definitions));
  const cited = new Set(citations.map(({ line }) => line));
  const updated = textOf(values["updated"]);
  return {
    name,
    text,
    hash: contentHash(text),
    title: titleOf(name, values, scanned.headings),
    summary: textOf(values["summary"]) ?? textOf(values["description"]) ?? "",
    tags: listOf(values["tags"] ?? values["tag"]).map((tag) => tag.replace(/^#/, "")),
    aliases: listOf(values["aliases"] ?? values["alias"]),
    ...(updated === undefined ? {} : { updated }),
    frontMatter,
    headings: scanned.headings,
    // The file of a citation is checked with its lines.
    links: [
      ...frontMatterLinks(frontMatter, text),
      ...scanned.links.filter(({ line }) => !cited.has(line)),
    ],
    citations,
    footnotes: scanned.definitions.map(({ id, line }) => ({ id, line })),
    references: scanned.references,
    ids: scanned.ids,
    plainText: scanned.plainText,
    problems,
  };
}

/** A reference leads to the first of two footnotes of one id. */
function findDoubles(definitions: readonly FootnoteDefinition[]): readonly PageProblem[] {
  const lineOf = new Map<string, number>();
  return definitions.flatMap(({ id, line }) => {
    const first = lineOf.get(id.toLowerCase());
    lineOf.set(id.toLowerCase(), first ?? line);
    return first === undefined
      ? []
      : [
          {
            line,
            message: `The footnote [^${id}] is in line ${first} too. Give this one an id of its own.`,
          },
        ];
  });
}

function problemOf(
  { id, line }: FootnoteDefinition,
  problem: "malformed" | UncheckedLines,
  page: string,
): PageProblem {
  if (problem === "malformed") {
    const message = `The footnote [^${id}] has a hash and no form of a citation: expected \`[file:1-2](path) sha256:…\`, as \`ktx wiki cite <file>:<lines>\` prints it.`;
    return { line, message };
  }
  const place = `${problem.source}:${rangeOf(problem)}`;
  // A page may be anybody's: nothing of it that a shell could obey goes into a command.
  const isPlain = [place, page, id].every((part) => /^\w[\w./:-]*$/.test(part));
  const command = isPlain
    ? `ktx wiki cite ${place} --page ${page} --id ${id}`
    : "ktx wiki cite <file>:<lines>";
  const message = `The footnote [^${id}] cites lines without their hash, so that nobody can check them. \`${command}\` prints the whole footnote.`;
  return { line, message };
}

function titleOf(
  name: string,
  values: FrontMatter["values"],
  headings: readonly PageHeading[],
): string {
  const heading = headings.find(({ level, text }) => level === 1 && text !== "")?.text;
  return (
    textOf(values["title"]) ?? heading ?? posix.basename(name, ".md").replaceAll(/[-_]+/g, " ")
  );
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value.trim() === "" ? undefined : value.trim();
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return value instanceof Date ? value.toISOString() : undefined;
}

/** A list, or one text with commas or spaces in between, as other tools write it. */
function listOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => textOf(item) ?? []);
  const text = textOf(value);
  if (text === undefined) return [];
  return text.split(text.includes(",") ? /\s*,\s*/ : /\s+/).filter((item) => item !== "");
}

/** A title or a heading in the form in which two of one subject are equal: lower case, words alone. Pure. */
export function normaliseTitle(title: string): string {
  return (
    title
      .normalize("NFKD")
      .replaceAll(/\p{M}/gu, "")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.join(" ") ?? ""
  );
}
