import { type LineRange, printCitation, resolveCitation, type Wiki } from "@ktx/wiki";
import { posix } from "node:path";
import { usageError } from "../cli-error.ts";
import { isHidden } from "./open-project-wiki.ts";
import type { PageNames } from "./page-names.ts";

export interface CiteInput extends LineRange {
  /** The file from the project's folder. */
  readonly source: string;
  /** The page that is to have the footnote. @default any page of the wiki's own folder */
  readonly page?: string | undefined;
  /** The footnote's id. @default the first free one of s1, s2, … */
  readonly id?: string | undefined;
}

/** A footnote for a page, as a person puts it there. */
export interface CitedLines extends LineRange {
  /** The page's file, from the project's folder; absent where no page was named. */
  readonly page?: string;
  readonly id: string;
  readonly source: string;
  /** The whole line. */
  readonly footnote: string;
}

/** Makes the footnote that cites lines as they are now. It changes no page. */
export async function citeLines(
  { source: given, from, to, page: named, id: wanted }: CiteInput,
  wiki: Wiki,
  names: PageNames,
): Promise<CitedLines> {
  const name = named === undefined ? undefined : await names.page(named);
  const page = name === undefined ? undefined : await wiki.page(name);
  const taken = new Set(page?.footnotes.map(({ id }) => id.toLowerCase()));
  const id = wanted ?? firstFree(taken);
  const source = posix.normalize(given);
  if (isHidden(source) && !source.startsWith("../"))
    throw usageError(
      `${JSON.stringify(source)} is hidden, and may hold secrets: no page cites it, and \`ktx mcp\` shows no such file.`,
      { next: "Cite a file whose name, and whose folders' names, begin with no dot." },
    );
  const citation = await resolveCitation({ id, source, from, to }, wiki.sources);
  const path = posix.join(wiki.folder, name ?? "page.md");
  return {
    ...(name === undefined ? {} : { page: path }),
    id,
    source,
    from,
    to,
    footnote: printCitation(citation, path),
  };
}

function firstFree(taken: ReadonlySet<string>): string {
  let number = 1;
  while (taken.has(`s${number}`)) number += 1;
  return `s${number}`;
}
