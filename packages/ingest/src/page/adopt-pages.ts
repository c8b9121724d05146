import { type Citation as FootnoteCitation, parsePage } from "@ktx/wiki";
import { plainText } from "../apply/text-form.ts";
import type { Citation } from "./citation.ts";
import { contradictionsHeading, renderPage } from "./render-page.ts";
import type { Claim, Contradiction, WikiPage, WikiPages } from "./wiki-page.ts";

/**
 * The pages that have the text that ktx writes for them, as what they say. Pure.
 *
 * @param texts the files of the wiki by name.
 */
export function adoptPages(texts: ReadonlyMap<string, string>): WikiPages {
  const read = [...texts].flatMap(([name, text]) => {
    const page = readOwnPage(name, text);
    return page === undefined ? [] : [{ name, text, page }];
  });
  const textByCitations = new Map(
    read.flatMap(({ page }) => page.claims.map((one) => [keyOf(one.citations), one.text] as const)),
  );
  const named = read.map(({ name, text, page }) => {
    const contradictions = page.contradictions.map(({ note, claims }) => ({
      note,
      claims: claims.map(({ citations }) => ({
        text: textByCitations.get(keyOf(citations)) ?? "",
        citations,
      })),
    }));
    return { name, text, page: { ...page, contradictions } };
  });
  return new Map(
    named
      .filter(({ name, text, page }) => page.claims.length > 0 && renders(name, page, text))
      .map(({ name, page }) => [name, page]),
  );
}

/** The content of a page of ktx's form; of another page, whatever of it has that form. */
function readOwnPage(name: string, text: string): WikiPage | undefined {
  const { title, summary, tags, updated, citations, frontMatter, problems } = parsePage(
    name,
    text,
    "wiki",
  );
  if (problems.length > 0 || updated === undefined) return undefined;
  const byId = new Map(citations.map((citation) => [citation.id, plain(citation)]));
  const citedBy = (marks: string): readonly Citation[] =>
    [...marks.matchAll(/\[\^([^\]]+)\]/g)].flatMap(([, id = ""]) => byId.get(id) ?? []);
  const claims: Claim[] = [];
  const contradictions: Contradiction[] = [];
  let section = "";
  for (const line of text.slice(frontMatter.bodyStart).split(/\r?\n/)) {
    const heading = /^## (.+)$/.exec(line)?.[1];
    if (heading !== undefined) section = heading;
    const [, note, sides] =
      section === contradictionsHeading ? (/^- (.*) \(([^()]*)\)$/.exec(line) ?? []) : [];
    const [, said, marks] = /^- (.*?)((?:\[\^s\d+\])+)$/.exec(line) ?? [];
    if (note !== undefined && sides !== undefined)
      contradictions.push({
        note,
        claims: sides.split(" against ").map((side) => ({ text: "", citations: citedBy(side) })),
      });
    else if (said !== undefined && marks !== undefined)
      claims.push({ section, text: said, citations: citedBy(marks) });
  }
  return { title, summary, tags, updated, claims, contradictions };
}

function plain({ source, from, to, hash, near }: FootnoteCitation): Citation {
  return { source, from, to, hash, ...(near !== undefined && { near }) };
}

function keyOf(citations: readonly Citation[]): string {
  return JSON.stringify(citations.map(({ source, from, to, hash }) => [source, from, to, hash]));
}

function renders(name: string, page: WikiPage, text: string): boolean {
  try {
    return renderPage(name, page) === plainText(text);
  } catch {
    return false;
  }
}
