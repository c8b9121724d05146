import type { FrontMatter } from "./front-matter.ts";
import { type PageLink, readLinks } from "./scan-links.ts";

/** The wiki links among the values of front matter, such as `up: "[[Index]]"`. A text with more than the link has none. Pure. */
export function frontMatterLinks(
  { values, range }: Pick<FrontMatter, "values" | "range">,
  text: string,
): readonly PageLink[] {
  if (range === undefined) return [];
  const yaml = text.slice(range.start, range.end);
  if (!yaml.includes("[[")) return [];
  const links: PageLink[] = [];
  let from = 0;
  for (const value of Object.values(values).flat()) {
    if (typeof value !== "string" || !/^\[\[[^[\]]+\]\]$/.test(value)) continue;
    const at = yaml.indexOf(value, from);
    if (at >= 0) from = at + value.length;
    // One in another notation of YAML has the line of the first mark.
    const line = text.slice(0, range.start + Math.max(0, at)).split("\n").length;
    readLinks(value, { line, isParagraph: true }, links);
  }
  return links;
}
