import type { PageHeading } from "./scan-markdown.ts";

/** The places of a page to which the part of a link after `#` may lead. */
export interface PageAnchors {
  /** The number of times that each heading is on the page, by its folded text. */
  readonly headings: ReadonlyMap<string, number>;
  /** Ids of HTML, ids of headings as `{#id}`, and Obsidian's block ids, in lower case. */
  readonly ids: ReadonlySet<string>;
}

const htmlId =
  /<[a-z][^<>]{0,400}?\s(?:id|name)\s*=\s*(?:"([^"<>]{1,200})"|'([^'<>]{1,200})'|([^\s"'<>=`]{1,200}))/gi;
/** `{#id}`, `{: #id .class }`, `{ .class #id }` */
const attributeId = /\{:?[ \t]{0,9}(?:[^{}#]{0,200}[ \t])?#([\w.:-]{1,200})[^{}]{0,200}\}/g;
const blockId = /(?:^|[ \t])\^([\w-]{1,200})[ \t]*$/;
const htmlHeading = /<h[1-6][^<>]{0,400}>([^<>]{1,400})<\/h[1-6]>/gi;

/** Adds the ids of a line whose code and comments are blank. */
export function readIds(visible: string, ids: string[]): void {
  if (visible.includes("<")) {
    for (const [, double, single, bare] of visible.matchAll(htmlId))
      ids.push(double ?? single ?? bare ?? "");
    for (const [, text = ""] of visible.matchAll(htmlHeading)) ids.push(foldHeading(text));
  }
  if (visible.includes("{")) for (const [, id = ""] of visible.matchAll(attributeId)) ids.push(id);
  const block = visible.includes("^") ? blockId.exec(visible)?.[1] : undefined;
  if (block !== undefined) ids.push(`^${block}`);
}

export function anchorsOf({
  headings,
  ids,
}: {
  readonly headings: readonly PageHeading[];
  readonly ids: readonly string[];
}): PageAnchors {
  const counts = new Map<string, number>();
  for (const { text } of headings) {
    const folded = foldHeading(text);
    counts.set(folded, (counts.get(folded) ?? 0) + 1);
  }
  return { headings: counts, ids: new Set(ids.map((id) => id.toLowerCase())) };
}

/**
 * True where the part of a link after `#` leads to a place of the page. Each program makes the address of a heading in
 * its own way: letters and digits alone are compared.
 */
export function hasAnchor({ headings, ids }: PageAnchors, fragment: string): boolean {
  if (fragment === "" || browserPlace.test(fragment) || ids.has(fragment.toLowerCase()))
    return true;
  if (fragment.startsWith("^")) return false;
  // `#Heading#Subheading`, as Obsidian writes it.
  return fragment.split("#").every((part) => hasHeading(part));

  function hasHeading(part: string): boolean {
    const folded = foldHeading(part);
    if (headings.has(folded) || ids.has(folded)) return true;
    // The second heading of one text has the address `text-1`.
    const [, text, number] = /^(.*)[-_](\d{1,4})$/.exec(part) ?? [];
    return text !== undefined && (headings.get(foldHeading(text)) ?? 0) > Number(number);
  }
}

/** Places that browsers and viewers of files make themselves: the top, lines, a text, a footnote. */
const browserPlace = /^(?:top$|L\d+(?:-L?\d+)?$|:~:|(?:user-content-)?fn(?:ref)?[-:])/i;

function foldHeading(text: string): string {
  return (
    text
      .replaceAll(/\{:?[ \t]{0,9}[#.][^{}]{0,400}\}|&[a-z]{2,10};/gi, "")
      .normalize("NFKD")
      .replaceAll(/\p{M}/gu, "")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.join("") ?? ""
  );
}
