import { createLinkCheck } from "./check-links.ts";
import { checkPages, type WikiCheck, type WikiFinding } from "./check-wiki.ts";
import type { FoundPages } from "./page-folder.ts";
import type { Sources } from "./sources.ts";
import { WikiError } from "./wiki-error.ts";
import type { WikiPage } from "./wiki-page.ts";

export interface CheckedFolder {
  readonly found: FoundPages;
  /** @throws {WikiError} where the page is there and cannot be read: that is a finding. */
  readonly readPage: (name: string) => WikiPage | undefined;
  readonly sources: Sources;
  readonly wikiFolder: string;
  readonly signal?: AbortSignal | undefined;
}

/** Checks all pages of a folder. One that cannot be read is a finding, and costs no other. */
export async function checkFolder({
  found,
  readPage,
  sources,
  wikiFolder,
  signal,
}: CheckedFolder): Promise<WikiCheck> {
  const names = found.files.map(({ path }) => path);
  const unreadable = found.passedOver.map(({ name, message }) => problemOf(name, message));
  const findLinkProblem = await createLinkCheck(readAll(unreadable), { sources, wikiFolder });
  const report = await checkPages({ pages: readAll([]), findLinkProblem, sources, signal });
  const findings = [...unreadable, ...report.findings].toSorted(
    (one, other) => compare(one.page, other.page) || one.line - other.line,
  );
  return { ...report, pages: names.length, findings };

  function* readAll(failed: WikiFinding[]): Generator<WikiPage> {
    for (const name of names)
      try {
        const page = readPage(name);
        if (page !== undefined) yield page;
      } catch (error) {
        if (!(error instanceof WikiError)) throw error;
        failed.push(problemOf(name, error.message));
      }
  }
}

function problemOf(page: string, message: string): WikiFinding {
  return { page, line: 1, kind: "page-problem", message };
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
