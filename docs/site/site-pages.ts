import { existsSync, globSync } from "node:fs";
import { join, posix } from "node:path";

/** The Markdown files of the repository that are pages of the site, by their path in the repository. */
export function listPages(root: string): readonly string[] {
  const patterns = [
    "{README,ARCHITECTURE,CONTRIBUTING,SECURITY,CODE_OF_CONDUCT}.md",
    "docs/*.md",
    "docs/{start,guides}/*.md",
    "{packages,apps}/*/README.md",
    "packages/*/docs/*.md",
    "examples/README.md",
    "examples/*/README.md",
  ];
  return globSync(patterns, { cwd: root })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => !file.includes("node_modules"))
    .toSorted();
}

/** The place of a page in the site: a README is the page of its folder. */
export function placeOf(page: string): string {
  return page.replace(/README\.md$/, "index.md");
}

/** A link into the repository: relative to the page, or from the root with a slash at its beginning. */
export interface MarkdownLink {
  readonly path: string;
  /** Empty for none. */
  readonly anchor: string;
}

const linkPattern = /\[([^[\]]*)\]\(([^)\s]+)\)/g;

/** Links of a Markdown text that lead into the repository, code left out. */
export function linksOf(markdown: string): readonly MarkdownLink[] {
  const text = markdown.replaceAll(/^(`{3,})[^]*?^\1$/gm, "").replaceAll(/`[^`\n]*`/g, "");
  return Array.from(text.matchAll(linkPattern), ([, , link = ""]) => link).flatMap(
    (link) => parseLink(link) ?? [],
  );
}

function parseLink(link: string): MarkdownLink | undefined {
  const [target = "", anchor = ""] = link.split("#");
  return /^[a-z]+:/.test(target) ? undefined : { path: target, anchor };
}

export interface Site {
  readonly root: string;
  readonly pages: ReadonlySet<string>;
  /** The address of the repository on the web; undefined where it has none. */
  readonly repository: string | undefined;
}

/**
 * The text of a page for the site. A link to another page leads to its place; one to a file or folder that is no page
 * leads to the repository on the web, or is its text where the repository has no address.
 *
 * @throws an error for a link to nothing.
 */
export function toSitePage(markdown: string, page: string, site: Site): string {
  // The odd parts are blocks of code.
  const parts = markdown.split(/^(`{3,}[^]*?^`{3,}$)/m);
  return parts.map((part, index) => (index % 2 === 1 ? part : relink(part, page, site))).join("");
}

function relink(text: string, page: string, { root, pages, repository }: Site): string {
  const plain = text.replaceAll(/<!--[^]*?-->\n?/g, "").replaceAll("<br>", " / ");
  return plain.replaceAll(linkPattern, (whole, label: string, link: string) => {
    const parsed = parseLink(link);
    if (parsed === undefined || parsed.path === "") return whole;
    const { path, anchor } = parsed;
    const from = path.startsWith("/") ? path.slice(1) : posix.join(posix.dirname(page), path);
    const file = from.replace(/\/$/, "");
    const hash = anchor === "" ? "" : `#${anchor}`;
    const to = [file, posix.join(file, "README.md")].find((name) => pages.has(name));
    if (to !== undefined) return `[${label}](/${placeOf(to)}${hash})`;
    if (!existsSync(join(root, file)))
      throw new Error(`${page} links to ${link}, which is missing.`);
    if (/\.(?:svg|png)$/.test(file)) return `[${label}](/${file})`;
    if (repository === undefined) return label;
    return `[${label}](${repository}/blob/main/${file}${hash})`;
  });
}
