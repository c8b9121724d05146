import { contentHash } from "./content-hash.ts";
import { checkPageName, checkPagePath } from "./page-name.ts";
import type { PageChange, PageReader, PageSink, PageVersion } from "./page-sink.ts";

/** Changes of pages that are collected and not made. */
export interface PagePatch extends PageSink {
  /** At most one for each page, against the version of the reader; in the order of the names. */
  readonly edits: () => readonly PageChange[];
}

/** Collects changes over the pages of a reader, which stay as they are. What was changed is read as changed. */
export function createPagePatch(base: PageReader): PagePatch {
  const changed = new Map<string, PageChange>();
  const read = async (name: string): Promise<PageVersion | undefined> => {
    const edit = changed.get(checkPagePath(name));
    if (edit === undefined) return await base.read(name);
    return edit.text === null
      ? undefined
      : { name: edit.name, text: edit.text, hash: contentHash(edit.text) };
  };
  return {
    read,
    write: async ({ name: given, text, baseHash }) => {
      const name = baseHash === null ? checkPageName(given) : checkPagePath(given);
      const current = await read(name);
      if ((current?.hash ?? null) !== baseHash) return { outcome: "conflict", current };
      const first = changed.has(name) ? (changed.get(name)?.baseHash ?? null) : baseHash;
      const hash = text === null ? null : contentHash(text);
      if (first === hash) changed.delete(name);
      else changed.set(name, { name, text, baseHash: first });
      return { outcome: "written", hash };
    },
    edits: () => [...changed.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  };
}
