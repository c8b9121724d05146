import { checkFolders, foldersOf } from "../apply/project-folders.ts";
import { readWiki } from "../apply/read-wiki.ts";
import { recallLedger } from "../apply/recall-ledger.ts";
import type { Contradiction, WikiPage } from "../page/wiki-page.ts";

/** A contradiction that pages show. It goes when a source changes, or goes. */
export interface FlaggedContradiction extends Contradiction {
  readonly pages: readonly string[];
}

/** The contradictions that the pages of the project show, each once. Nothing is changed. */
export async function listContradictions(
  projectDir: string,
): Promise<readonly FlaggedContradiction[]> {
  await checkFolders(projectDir);
  const folders = foldersOf(projectDir);
  const files = await readWiki(folders.wiki);
  const { pages } = await recallLedger(folders, files);
  return findContradictions(Object.entries(pages), files.texts);
}

/**
 * Each once, with all pages that show it. One that is only proposed, or that a person took out, is on no page. Pure.
 *
 * @param texts the files of the pages.
 */
export function findContradictions(
  pages: Iterable<readonly [page: string, Pick<WikiPage, "contradictions">]>,
  texts: ReadonlyMap<string, string>,
): readonly FlaggedContradiction[] {
  const all = [...pages].flatMap(([page, { contradictions }]) =>
    contradictions
      .filter(({ note }) => texts.get(page)?.includes(`- ${note} (`) === true)
      .map((one) => ({ page, one })),
  );
  const groups = Map.groupBy(all, ({ one: { note, claims } }) =>
    JSON.stringify([note, claims.map(({ text }) => text)]),
  );
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [{ ...first.one, pages: [first.page, ...others.map(({ page }) => page)] }],
  );
}
