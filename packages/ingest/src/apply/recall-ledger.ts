import { adoptPages } from "../page/adopt-pages.ts";
import type { WikiPage } from "../page/wiki-page.ts";
import { emptyLedger, type Ledger, readLedger } from "./ledger.ts";
import { isPageName } from "./page-name-schema.ts";
import type { ProjectFolders } from "./project-folders.ts";
import type { WikiFiles } from "./read-wiki.ts";
import { hashPage, memoryOf, readMemory, type WikiMemory, writeMemory } from "./wiki-memory.ts";

/**
 * The ledger as it goes with the pages that are there. Where Git has brought other pages with their memory, as in a
 * fresh clone or after a pull, the memory counts.
 *
 * @throws {StoreError} for a ledger that ktx did not write.
 */
export async function recallLedger(folders: ProjectFolders, files: WikiFiles): Promise<Ledger> {
  const own = (await readLedger(folders.ledger)) ?? emptyLedger;
  return followMemory(own, await readMemory(folders.memory), files);
}

/** Pure. */
function followMemory(
  own: Ledger,
  memory: WikiMemory | undefined,
  { texts }: Pick<WikiFiles, "texts">,
): Ledger {
  if (memory === undefined || writeMemory(memory) === writeMemory(memoryOf(own))) return own;
  const adopted = adoptPages(texts);
  const pages: Record<string, WikiPage> = {};
  const bases: Record<string, string> = {};
  for (const [name, hash] of Object.entries(memory.pages)) {
    // A file whose name no page can have, such as `a:b.md`, stays what it is.
    if (!isPageName(name)) continue;
    const text = texts.get(name);
    const page = adopted.get(name);
    if (text !== undefined && hashPage(text) === hash) {
      // A page of a scan has another form, and is known by its text.
      if (page === undefined) bases[name] = text;
      else pages[name] = page;
      continue;
    }
    // A person has edited or removed it since.
    const known = own.pages[name];
    const base = own.bases[name];
    if (known !== undefined) pages[name] = known;
    if (base !== undefined) bases[name] = base;
  }
  return { ...own, sources: memory.sources, pages, bases, tables: memory.tables ?? {} };
}
