import { posix } from "node:path";
import type { ListedPage, Wiki, WikiPage } from "@ktx/wiki";
import { pageAddress, sourceAddress } from "./addresses.ts";

/** The addresses to which the links of one page lead; undefined for a link that is shown as text. */
export interface PageLinks {
  readonly ofWikiLink: (target: string) => string | undefined;
  readonly ofMarkdownLink: (target: string) => string | undefined;
}

/** Links lead to pages of the wiki, to sources that the page cites, and to other sites; nowhere else. */
export function createPageLinks(
  page: Pick<WikiPage, "name" | "citations">,
  pages: readonly ListedPage[],
  { folder }: Pick<Wiki, "folder">,
): PageLinks {
  const names = new Set(pages.map(({ name }) => name));
  const cited = new Set(page.citations.map(({ source }) => source));
  // Of two pages with one title, the first counts, as in a search of titles.
  const byTitle = new Map(
    pages.toReversed().flatMap((one) => keysOf(one).map((key) => [key, one.name])),
  );
  return {
    ofWikiLink: (target) => {
      const name = byTitle.get(target.replace(/\.md$/i, "").toLowerCase());
      return name === undefined ? undefined : pageAddress(name);
    },
    ofMarkdownLink: (target) => {
      if (/^(?:https?|mailto):/i.test(target)) return target;
      if (target.startsWith("#")) return target;
      if (/^[a-z][a-z\d+.-]*:/i.test(target)) return undefined;
      const [path = "", fragment] = target.split("#");
      const name = posix.join(posix.dirname(page.name), decode(path));
      if (names.has(name))
        return pageAddress(name) + (fragment === undefined ? "" : `#${fragment}`);
      const source = posix.join(folder, name);
      return cited.has(source) ? sourceAddress(source) : undefined;
    },
  };
}

function keysOf({ name, title }: ListedPage): readonly string[] {
  const path = name.replace(/\.md$/i, "");
  return [path, posix.basename(path), title].map((key) => key.toLowerCase());
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
