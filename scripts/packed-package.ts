import { posix } from "node:path";
import type { PackageManifest } from "./complete-manifest.ts";

/**
 * The manifest of a package as its tarball has it: with the address of the repository, which the source leaves out.
 * Without a page, the fields for it are left out as well. `folder` is the package's place in the repository.
 */
export function packedManifest(
  manifest: PackageManifest,
  folder: string,
  page: string | undefined,
): PackageManifest {
  const {
    directory: _directory,
    linkDirectory: _link,
    ...publishConfig
  } = manifest.publishConfig ?? {};
  return {
    ...manifest,
    ...(page !== undefined && {
      homepage: `${page}/tree/main/${folder}#readme`,
      bugs: `${page}/issues`,
      repository: { type: "git", url: `git+${page}.git`, directory: folder },
    }),
    publishConfig,
  };
}

export interface PackedText {
  /** The package's place in the repository. */
  readonly folder: string;
  readonly page: string | undefined;
  /** True for a package that has versions: its tarball does not say that it is not published. */
  readonly isReleased: boolean;
  /** The entries of `files` of the manifest: what the tarball brings. */
  readonly files: readonly string[];
  /** True for a path of the repository that is a folder, whose page has another address than that of a file. */
  readonly isFolder: (path: string) => boolean;
}

/** A block of code, inline code, or a link: the first of them that begins. */
const codeOrLink = /^(`{3,})[^]*?^\1$|`[^`\n]*`|\[([^[\]]*)\]\(([^)\s]+)\)/gm;

/** The sentence that is true in a clone, and false on the registry's page: a paragraph, or the beginning of one. */
const notPublished = /^Not yet published(?:: \[[^\]\n]*\]\([^)\n]*\))?\.(?: |\n\n?)/gm;

/**
 * A Markdown text as the tarball has it. A link to a file outside of the tarball becomes a whole address, since the
 * registry's page has no repository around it; without a page of the repository it becomes its text alone.
 */
export function packedText(
  markdown: string,
  { folder, page, isReleased, files, isFolder }: PackedText,
): string {
  const said = isReleased ? markdown.replaceAll(notPublished, "") : markdown;
  return said.replaceAll(codeOrLink, (whole, _fence, text?: string, target?: string) => {
    if (text === undefined || target === undefined || /^(?:[a-z]+:|#)/.test(target)) return whole;
    const [path = "", ...anchor] = target.split("#");
    if (files.includes(posix.normalize(path).split("/")[0] ?? "")) return whole;
    if (page === undefined) return text;
    const place = posix.join(folder, path).replace(/\/$/, "");
    const kind = isFolder(place) ? "tree" : "blob";
    return `[${text}](${[`${page}/${kind}/main/${place}`, ...anchor].join("#")})`;
  });
}
