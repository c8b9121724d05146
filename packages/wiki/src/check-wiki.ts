import { posix } from "node:path";
import { type Citation, printCitation } from "./citation.ts";
import { findLines, hashLines, type LineRange, matches } from "./cited-lines.ts";
import { isInside, type Sources } from "./sources.ts";
import type { TextEdit } from "./text-edit.ts";
import { pagePathOf, type WikiPage } from "./wiki-page.ts";

/** `fine`: the lines stand there; `moved`: elsewhere; `stale`: the file has other lines; `gone`: no such file. */
export type CitationState = "fine" | "moved" | "stale" | "gone";

export interface WikiFinding {
  readonly page: string;
  readonly line: number;
  readonly kind:
    | Exclude<CitationState, "fine">
    | "undefined-footnote"
    | "broken-link"
    | "page-problem";
  readonly message: string;
  readonly citation?: Citation;
  /** The new place of moved lines. */
  readonly movedTo?: LineRange & { readonly source: string };
}

export interface WikiCheck {
  readonly pages: number;
  readonly citations: Readonly<Record<CitationState, number>>;
  readonly findings: readonly WikiFinding[];
}

export interface CheckedPages {
  readonly pages: Iterable<WikiPage>;
  /** True where a link, as the wiki resolves it, has a target. */
  readonly hasTarget: (link: WikiPage["links"][number], from: string) => boolean;
  readonly sources: Sources;
  readonly wikiFolder: string;
  readonly signal?: AbortSignal | undefined;
}

/** Checks each citation, footnote, link and front matter, without a model. It changes nothing. */
export async function checkPages({
  pages,
  hasTarget,
  sources,
  wikiFolder,
  signal,
}: CheckedPages): Promise<WikiCheck> {
  const findings: WikiFinding[] = [];
  const citations = { fine: 0, moved: 0, stale: 0, gone: 0 };
  let count = 0;
  for (const page of pages) {
    signal?.throwIfAborted();
    count += 1;
    for (const { line, message } of page.problems)
      findings.push({ page: page.name, line, kind: "page-problem", message });
    for (const citation of page.citations) {
      const found = await checkCitation(citation, sources);
      citations[found.state] += 1;
      if (found.state !== "fine")
        findings.push({
          page: page.name,
          line: citation.line,
          kind: found.state,
          message: describe(citation, found),
          citation,
          ...(found.movedTo === undefined ? {} : { movedTo: found.movedTo }),
        });
    }
    const defined = new Set(page.footnotes.map(({ id }) => id.toLowerCase()));
    for (const { id, line } of page.references)
      if (!defined.has(id.toLowerCase()))
        findings.push({
          page: page.name,
          line,
          kind: "undefined-footnote",
          message: `The footnote [^${id}] is not on the page.`,
        });
    for (const link of page.links)
      if (!hasTarget(link, page.name))
        findings.push({
          page: page.name,
          line: link.line,
          kind: "broken-link",
          message: `The link to ${JSON.stringify(posix.normalize(link.target))} has no target in ${wikiFolder === "" ? "the project" : wikiFolder}.`,
        });
  }
  return { pages: count, citations, findings };
}

export interface CheckedCitation {
  readonly state: CitationState;
  readonly movedTo?: LineRange & { readonly source: string };
}

/** Compares the cited lines with their source; lines that stand elsewhere in it, or in a file of the same name, have moved. */
export async function checkCitation(
  citation: Citation,
  sources: Sources,
): Promise<CheckedCitation> {
  const { source, hash } = citation;
  const text = isInside(source) ? await sources.read(source) : undefined;
  if (text !== undefined) {
    if (matches(hashLines(text, citation), hash)) return { state: "fine" };
    const range = findLines(text, citation, hash);
    return range === undefined
      ? { state: "stale" }
      : { state: "moved", movedTo: { source, ...range } };
  }
  const namesakes = ((await sources.list?.()) ?? []).filter(
    (path) => posix.basename(path) === posix.basename(source),
  );
  for (const path of namesakes) {
    const other = await sources.read(path);
    const range = other === undefined ? undefined : findLines(other, citation, hash);
    if (range !== undefined) return { state: "moved", movedTo: { source: path, ...range } };
  }
  return { state: "gone" };
}

/** The edit that gives a citation the new place of its lines. Pure. */
export function movedCitationEdit(
  { page, citation, movedTo }: WikiFinding,
  wikiFolder: string,
): TextEdit | undefined {
  if (citation === undefined || movedTo === undefined) return undefined;
  const text = printCitation({ ...citation, ...movedTo }, pagePathOf(page, wikiFolder));
  return { start: citation.start, end: citation.end, text };
}

function describe({ id, source, from, to }: Citation, { state, movedTo }: CheckedCitation): string {
  const place = `${source}:${from === to ? from : `${from}-${to}`}`;
  if (movedTo !== undefined)
    return `[^${id}]: the lines of ${place} are now ${movedTo.source}:${movedTo.from}-${movedTo.to}.`;
  if (state === "stale")
    return `[^${id}]: ${place} has changed since it was cited. Read it again, and correct the claim.`;
  return `[^${id}]: ${place} does not exist any more. Retire the claim, or cite another source.`;
}
