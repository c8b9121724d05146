import { posix } from "node:path";
import type { FindLinkProblem } from "./check-links.ts";
import { type Citation, printCitation } from "./citation.ts";
import { hashLines, type LineRange, matches, rangeOf } from "./cited-lines.ts";
import { findLines } from "./find-lines.ts";
import { areDeleted, linesNear } from "./lines-near.ts";
import { isInside, type Sources } from "./sources.ts";
import type { TextEdit } from "./text-edit.ts";
import { WikiError } from "./wiki-error.ts";
import { pagePathOf, type WikiPage } from "./wiki-page.ts";

/**
 * `fine`: the lines stand there; `moved`: elsewhere; `stale`: the file has other lines in their place; `gone`: the file
 * or the lines are deleted; `unreadable`: the file is there, and its text cannot be read, or it is out of the project.
 */
export type CitationState = "fine" | "moved" | "stale" | "gone" | "unreadable";

/** Something on a page that a person has to look at. */
export interface WikiFinding {
  /** The page's name. */
  readonly page: string;
  /** The page's line; counts from 1. */
  readonly line: number;
  readonly kind:
    | Exclude<CitationState, "fine">
    | "undefined-footnote"
    | "broken-link"
    | "page-problem";
  /** The fault and the next step, for a person. */
  readonly message: string;
  /** With the states of a citation. */
  readonly citation?: Citation;
  /** With `moved`. */
  readonly movedTo?: MovedLines;
}

export interface WikiCheck {
  /** The number of pages that were looked at, those that cannot be read among them. */
  readonly pages: number;
  /** The number of citations in each state. */
  readonly citations: Readonly<Record<CitationState, number>>;
  /** In the order of pages and lines. */
  readonly findings: readonly WikiFinding[];
}

export interface CheckedPages {
  readonly pages: Iterable<WikiPage>;
  readonly findLinkProblem: FindLinkProblem;
  readonly sources: Sources;
  readonly signal?: AbortSignal | undefined;
}

/** Checks each citation, footnote, link and front matter, without a model. It changes nothing. */
export async function checkPages({
  pages,
  findLinkProblem,
  sources,
  signal,
}: CheckedPages): Promise<WikiCheck> {
  const findings: WikiFinding[] = [];
  const citations = { fine: 0, moved: 0, stale: 0, gone: 0, unreadable: 0 };
  const cached = cacheSources(sources);
  let count = 0;
  for (const page of pages) {
    signal?.throwIfAborted();
    count += 1;
    for (const { line, message } of page.problems)
      findings.push({ page: page.name, line, kind: "page-problem", message });
    for (const citation of page.citations) {
      const found = await checkCitation(citation, cached);
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
    for (const link of page.links) {
      const message = await findLinkProblem(link, page.name);
      if (message !== undefined)
        findings.push({ page: page.name, line: link.line, kind: "broken-link", message });
    }
  }
  return { pages: count, citations, findings };
}

export interface CheckedCitation {
  readonly state: CitationState;
  readonly movedTo?: MovedLines;
  /** The reason of `gone` or `unreadable`, as a sentence for a person. */
  readonly reason?: string;
}

/** The new place of lines. */
export type MovedLines = LineRange & { readonly source: string; readonly near: string };

/** Compares the cited lines with their source; lines that stand elsewhere in it, or in a file of the same name, have moved. */
export async function checkCitation(
  citation: Citation,
  sources: Sources,
): Promise<CheckedCitation> {
  const { source, hash, near } = citation;
  let text: string | undefined;
  try {
    text = isInside(source) ? await sources.read(source) : undefined;
  } catch (error) {
    if (error instanceof WikiError) return { state: "unreadable", reason: error.message };
    throw error;
  }
  if (text !== undefined) {
    if (matches(hashLines(text, citation), hash)) return { state: "fine" };
    const range = findLines(text, citation, hash);
    if (range !== undefined) return moved(source, text, range);
    return areDeleted(text, citation, near)
      ? {
          state: "gone",
          reason: `The lines ${rangeOf(citation)} of ${source} are deleted. Retire the claim, or cite other lines.`,
        }
      : { state: "stale" };
  }
  const namesakes = ((await sources.list?.()) ?? []).filter(
    (path) => posix.basename(path) === posix.basename(source),
  );
  for (const path of namesakes) {
    const other = await readTolerant(sources, path);
    const range = other === undefined ? undefined : findLines(other, citation, hash);
    if (other !== undefined && range !== undefined) return moved(path, other, range);
  }
  if (!isInside(source))
    return {
      state: "unreadable",
      reason: `${source} is outside of the project, and only files of the project are read. Copy the file into it, or cite another one.`,
    };
  return {
    state: "gone",
    reason: `${source} does not exist any more. Retire the claim, or cite another source.`,
  };
}

function moved(source: string, text: string, range: LineRange): CheckedCitation {
  return { state: "moved", movedTo: { source, ...range, near: linesNear(text, range) } };
}

/** A file that cannot be read does not have the lines, for all that is known. */
async function readTolerant(sources: Sources, path: string): Promise<string | undefined> {
  try {
    return await sources.read(path);
  } catch (error) {
    if (error instanceof WikiError) return undefined;
    throw error;
  }
}

/** Sources of which each is read once for the citations that follow one another. */
function cacheSources(sources: Sources): Sources {
  const { list } = sources;
  let listed: Promise<readonly string[]> | undefined;
  let last: { readonly path: string; readonly text: Promise<string | undefined> } | undefined;
  return {
    read: async (path) => {
      if (last?.path !== path) last = { path, text: sources.read(path) };
      return await last.text;
    },
    ...(list === undefined ? {} : { list: async () => await (listed ??= list()) }),
  };
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

function describe(
  { id, source, from, to }: Citation,
  { movedTo, reason }: CheckedCitation,
): string {
  const place = `${source}:${rangeOf({ from, to })}`;
  if (movedTo !== undefined)
    return `[^${id}]: the lines of ${place} are now ${movedTo.source}:${rangeOf(movedTo)}.`;
  return `[^${id}]: ${reason ?? `${place} has changed since it was cited. Read it again, and correct the claim.`}`;
}
