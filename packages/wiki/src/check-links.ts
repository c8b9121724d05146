import { posix } from "node:path";
import { hasAnchor, anchorsOf, type PageAnchors } from "./page-anchors.ts";
import { encodeTarget, isAddress, type PageLink } from "./scan-links.ts";
import { scanMarkdown } from "./scan-markdown.ts";
import { isInside, type Sources } from "./sources.ts";
import { keysOfPage } from "./wiki-index.ts";
import { WikiError } from "./wiki-error.ts";
import { pagePathOf, type WikiPage } from "./wiki-page.ts";

/** The reason why a link of a page leads nowhere, as a sentence; undefined for one that has its target. */
export type FindLinkProblem = (link: PageLink, from: string) => Promise<string | undefined>;

interface LinkTarget {
  /** For people. */
  readonly name: string;
  readonly anchors: PageAnchors;
}

/** Looks for the targets of links among these pages and the files of the project. */
export async function createLinkCheck(
  pages: Iterable<WikiPage>,
  { sources, wikiFolder }: { readonly sources: Sources; readonly wikiFolder: string },
): Promise<FindLinkProblem> {
  const byPath = new Map<string, LinkTarget>();
  const byKey = new Map<string, LinkTarget[]>();
  for (const page of pages) {
    const target = { name: page.name, anchors: anchorsOf(page) };
    byPath.set(pagePathOf(page.name, wikiFolder).normalize("NFC"), target);
    for (const key of keysOfPage(page.name, page.title, page.aliases))
      byKey.set(key, [...(byKey.get(key) ?? []), target]);
  }
  const all = new Set(await sources.list?.());
  const files = new Set([...byPath.keys(), ...[...all].map((path) => path.normalize("NFC"))]);
  const byName = Map.groupBy(files, (path) => foldName(posix.basename(path)));

  return async (link, from) => {
    const { target, fragment } = link;
    const shown = JSON.stringify(
      (target === "" || isAddress(target) ? target : posix.normalize(target)) +
        (fragment === undefined ? "" : `#${fragment}`),
    );
    const subject =
      link.embedded && link.kind !== "wiki" ? `The picture ${shown}` : `The link to ${shown}`;
    if (isAddress(target))
      return `${subject} leads out of the project. Copy the file into it, and link to the copy.`;
    const found = link.kind === "wiki" ? await findNamed(target, from) : await findAt(link, from);
    if (found === "outside")
      return `${subject} leads out of the project. Copy the file into it, and link to the copy.`;
    if (found === "missing")
      return `${subject} has no target in ${wikiFolder === "" ? "the project" : wikiFolder}.${namesakesOf(link, from)}`;
    if (fragment === undefined || found.length === 0) return undefined;
    return found.some(({ anchors }) => hasAnchor(anchors, fragment))
      ? undefined
      : `${subject} leads to no heading and no block of ${found[0]?.name}.`;
  };

  /** The pages of a wiki link; none where it leads to another file. */
  async function findNamed(
    target: string,
    from: string,
  ): Promise<readonly LinkTarget[] | "missing"> {
    if (target === "") return targetsAt(pagePathOf(from, wikiFolder));
    const named = byKey.get(`wiki:${target.replace(/\.md$/i, "").toLowerCase()}`);
    if (named !== undefined) return named;
    if (byName.has(foldName(posix.basename(target)))) return [];
    const folders = ["", wikiFolder, posix.join(wikiFolder, posix.dirname(from))];
    for (const folder of folders) if (await isThere(posix.join(folder, target), false)) return [];
    return "missing";
  }

  async function findAt(
    { target, kind }: PageLink,
    from: string,
  ): Promise<readonly LinkTarget[] | "missing" | "outside"> {
    const page = pagePathOf(from, wikiFolder);
    if (target === "") return targetsAt(page);
    // As templates of sites have it.
    if (/\{\{|\{%|\$\{/.test(target)) return [];
    const paths = target.startsWith("/")
      ? [posix.join(wikiFolder, target), posix.join(".", target)]
      : [posix.join(posix.dirname(page), target)];
    // Sites such as those of MkDocs give each page an address of its own folder, and leave HTML as it is.
    if (kind === "html") paths.push(posix.join(page.replace(/\.md$/i, ""), target));
    if (paths.every((path) => /^\.\.(?:\/|$)/.test(path))) return "outside";
    for (const whole of paths.flatMap((path) => [path, path.replace(/\?.*$/s, "")])) {
      const path = whole.replace(/\/$/, "");
      // A site has its pages without the end of the name, or with another one.
      for (const name of [path, `${path}.md`, path.replace(/\.html$/, ".md")]) {
        const targets = targetsAt(name);
        if (targets.length > 0) return targets;
      }
      if (await isThere(path, !/\.md$/i.test(path))) return await readAnchors(path);
    }
    return "missing";
  }

  /** Other places of the file's name, as links of a vault without folders mean it. */
  function namesakesOf({ kind, target, fragment }: PageLink, from: string): string {
    if (kind === "wiki") return "";
    const name = posix.basename(target.replace(/\?.*$/s, ""));
    const [first, ...more] = [name, `${name}.md`].flatMap((one) => byName.get(foldName(one)) ?? []);
    if (first === undefined) return "";
    if (more.length > 0) return ` ${more.length + 1} files have this name: write the path of one.`;
    const path = posix.relative(posix.dirname(pagePathOf(from, wikiFolder)), first);
    const anchor = fragment === undefined ? "" : `#${encodeTarget(fragment)}`;
    return ` A file of this name is elsewhere: write \`${encodeTarget(path)}${anchor}\`.`;
  }

  function targetsAt(path: string): readonly LinkTarget[] {
    const target = byPath.get(path.normalize("NFC"));
    return target === undefined ? [] : [target];
  }

  /** @param otherwise the answer of sources that cannot say. */
  async function isThere(path: string, otherwise: boolean): Promise<boolean> {
    if (path === "" || path === "." || all.has(path)) return true;
    if (sources.has === undefined) return otherwise;
    if (!isInside(path)) return false;
    return (await sources.has(path)) || (await sources.has(path.normalize("NFD")));
  }

  /** A file of Markdown beside the wiki has headings, too. */
  async function readAnchors(path: string): Promise<readonly LinkTarget[]> {
    if (!/\.md$/i.test(path) || !isInside(path)) return [];
    try {
      const text = await sources.read(path);
      const target = { name: path, anchors: anchorsOf(scanMarkdown(text ?? "", 0)) };
      if (text === undefined) return [];
      byPath.set(path.normalize("NFC"), target);
      return [target];
    } catch (error) {
      if (error instanceof WikiError) return [];
      throw error;
    }
  }
}

function foldName(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
