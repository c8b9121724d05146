import { posix } from "node:path";
import { checkPages, type WikiCheck, type WikiFinding } from "./check-wiki.ts";
import type { FoundPages } from "./page-folder.ts";
import type { Sources } from "./sources.ts";
import { keysOfPage } from "./wiki-index.ts";
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
  const known = new Set(names);
  const titles = new Set<string>();
  const unreadable = found.passedOver.map(({ name, message }) => problemOf(name, message));
  for (const { name, title, aliases } of readAll(unreadable))
    for (const key of keysOfPage(name, title, aliases)) titles.add(key);
  const all = await sources.list?.();
  const others = new Set(all);
  const bases = new Set(all?.map((path) => posix.basename(path).toLowerCase()));
  const report = await checkPages({
    pages: readAll([]),
    sources,
    wikiFolder,
    signal,
    hasTarget: ({ kind, target }, from) => {
      if (kind === "wiki")
        return (
          titles.has(`wiki:${target.replace(/\.md$/i, "").toLowerCase()}`) ||
          bases.has(posix.basename(target).toLowerCase())
        );
      const path = posix.join(posix.dirname(from), target);
      return known.has(path) || others.has(posix.join(wikiFolder, path)) || !/\.md$/i.test(target);
    },
  });
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
