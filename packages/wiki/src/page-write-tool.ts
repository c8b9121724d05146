import { type BridgedTool, defineTool } from "@ktx/mcp-bridge";
import { z } from "zod";
import { editPageText } from "./edit-page-text.ts";
import { findNamed } from "./find-named.ts";
import { type PageSink, type PageVersion, versionOf } from "./page-sink.ts";
import { resolveCitation } from "./resolve-citation.ts";
import type { Sources } from "./sources.ts";
import { WikiError } from "./wiki-error.ts";
import { parsePage } from "./wiki-page.ts";
import { type WrittenPage, writePageText } from "./write-page-text.ts";

const pageInput = z.object({
  page: z.string().min(1).describe("the page's name, such as finance/refunds.md"),
  title: z
    .string()
    .max(200)
    .default("")
    .describe("the page's title; needed for a new page, and kept where it is left out"),
  summary: z.string().max(200).default("").describe("one sentence, at most 200 characters"),
  tags: z.array(z.string().min(1).max(60)).max(20).default([]),
  body: z
    .string()
    .default("")
    .describe(
      "the whole page in Markdown, without front matter and footnote definitions; each claim ends with a footnote such as [^s1]",
    ),
  edits: z
    .array(
      z.object({
        old: z
          .string()
          .min(1)
          .describe("a part of the page that occurs once, as wiki_read shows it"),
        new: z.string(),
      }),
    )
    .max(100)
    .default([])
    .describe("instead of a body: changes of a page that exists; all else stays as it is"),
  base: z
    .string()
    .optional()
    .describe("with a body for a page that exists: the version that wiki_read shows"),
  citations: z
    .array(
      z.object({
        id: z.string().regex(/^[\w-]{1,40}$/),
        source: z.string().min(1),
        from: z.number().int().min(1),
        to: z.number().int().min(1),
      }),
    )
    .max(500)
    .default([])
    .describe("the lines behind each new footnote"),
});

/** The input of `page_write`. */
export interface PageWriteInput {
  page: string;
  title: string;
  summary: string;
  tags: string[];
  body: string;
  edits: { old: string; new: string }[];
  base?: string | undefined;
  citations: { id: string; source: string; from: number; to: number }[];
}

export interface PageWriteOptions {
  readonly sink: PageSink;
  readonly sources: Sources;
  /** The wiki's folder, from the project's. @default "wiki" */
  readonly folder?: string;
  /** The value of `updated`, an ISO text, for each write or for all. */
  readonly updated: string | (() => string);
  readonly allows?: (source: string) => boolean;
}

/** Writes a page. A citation that does not resolve is an error that the model can mend. */
export function pageWriteTool({
  sink,
  sources,
  folder = "wiki",
  updated: given,
  allows = () => true,
}: PageWriteOptions): BridgedTool<PageWriteInput> {
  const allowed: Sources = {
    read: async (path) => (allows(path) ? await sources.read(path) : undefined),
  };
  return defineTool({
    name: "page_write",
    description:
      "Creates a wiki page with a body, or changes one with edits; a body replaces the whole page. Read an existing page first, give its version as base, and keep what is still true. Cite the lines for each claim; the tool writes the footnotes.",
    inputSchema: pageInput,
    execute: async ({ page, citations, base, ...content }) => {
      const { name, found: current } = await findNamed(page, folder, (one) => sink.read(one));
      checkInput(content, current !== undefined, name);
      checkBase({ name, base, replaces: content.body.trim() !== "" }, current);
      const resolved: WrittenPage["citations"][number][] = [];
      for (const citation of citations) resolved.push(await resolveCitation(citation, allowed));
      const updated = typeof given === "string" ? given : given();
      const text = textOf({ name, updated, citations: resolved, ...content }, current?.text);
      const written = await sink.write({ name, text, baseHash: current?.hash ?? null });
      if (written.outcome === "conflict") throw changedMeanwhile(name);
      const version = versionOf(written.hash ?? "");
      return `Wrote ${name}, with ${resolved.length} new citations. Its version is now ${version}.`;
    },
  });

  function textOf(
    page: Omit<PageWriteInput, "page" | "citations"> &
      Pick<WrittenPage, "name" | "citations" | "updated">,
    earlier: string | undefined,
  ): string {
    const { name, title, summary, tags, edits, citations, updated } = page;
    if (page.body !== "" || earlier === undefined) {
      const kept = title === "" ? parsePage(name, earlier ?? "", folder).title : title;
      return writePageText({ ...page, title: kept, folder }, earlier);
    }
    const values = {
      ...(title === "" ? {} : { title }),
      ...(summary === "" ? {} : { summary }),
      ...(tags.length === 0 ? {} : { tags }),
      updated,
    };
    return editPageText({ name, folder, edits, citations, values }, earlier);
  }
}

function checkInput(
  { title, body, edits }: Pick<PageWriteInput, "title" | "body" | "edits">,
  exists: boolean,
  name: string,
): void {
  if (body.trim() !== "" && edits.length > 0)
    throw new WikiError("edit", "Expected a body or edits, got both. Leave one of them out.");
  if (exists) return;
  if (edits.length > 0)
    throw new WikiError(
      "edit",
      `Expected a page to edit, and there is no ${name}. Give a body, or a name that wiki_search gives.`,
    );
  if (body.trim() === "" || title.trim() === "")
    throw new WikiError("edit", `Expected a title and a body for the new page ${name}.`);
}

/** A body replaces what others have written since the page was read: only its version shows that it was. */
function checkBase(
  {
    name,
    base,
    replaces,
  }: { readonly name: string; readonly base: string | undefined; readonly replaces: boolean },
  current: PageVersion | undefined,
): void {
  if (base === undefined || base === "") {
    if (current === undefined || !replaces) return;
    throw new WikiError(
      "edit",
      `Expected the version of ${name} as base, since a body replaces the whole page. Read it with wiki_read, or give edits.`,
    );
  }
  if (current === undefined)
    throw new WikiError(
      "edit",
      `Expected a page with the version ${base}, and there is no ${name} any more. Leave base out to write a new page.`,
    );
  if (base !== versionOf(current.hash)) throw changedMeanwhile(name);
}

function changedMeanwhile(name: string): WikiError {
  return new WikiError(
    "page-unwritable",
    `Somebody else has changed ${name} since you read it. Read it again, and write it once more.`,
  );
}
