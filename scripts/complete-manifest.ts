import { posix } from "node:path";

/** An entry of `exports`: a file, or a file for each condition. */
export type ExportTarget = string | Readonly<Record<string, string>>;

/** The parts of a package's manifest that a registry, or a program that installs the package, reads. */
export interface PackageManifest {
  readonly name: string;
  readonly files: readonly string[];
  readonly exports?: Readonly<Record<string, ExportTarget>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly keywords?: readonly string[];
  readonly [field: string]: unknown;
}

/** The condition under which this repository runs from source; a tarball has no source. */
const sourceCondition = "@ktx/source";

/**
 * A manifest with all that a release needs and that follows from other facts: where the source is, what is packed,
 * how it is built before, and the exports without the source. `repository` is the address of the clone, as the root
 * manifest has it; `folder` is the package's place in it.
 */
export function completeManifest(
  manifest: PackageManifest,
  folder: string,
  repository: string,
): PackageManifest {
  const page = pageOf(repository);
  const toRoot = posix.relative(folder, ".");
  return {
    ...manifest,
    homepage: `${page}/tree/main/${folder}#readme`,
    bugs: `${page}/issues`,
    repository: { type: "git", url: repository, directory: folder },
    files: manifest.files.includes("CHANGELOG.md")
      ? manifest.files
      : [...manifest.files, "CHANGELOG.md"],
    scripts: { ...manifest.scripts, prepack: `node ${toRoot}/scripts/prepack.ts` },
    publishConfig: {
      access: "public",
      ...(manifest.exports !== undefined && { exports: packedExports(manifest.exports) }),
    },
  };
}

/** A README whose links to files and folders of a repository that is called ktx lead to this one. */
export function readdressLinks(readme: string, repository: string): string {
  return readme.replaceAll(
    /https:\/\/github\.com\/[\w.-]+\/ktx\/(blob|tree)\/main\//g,
    `${pageOf(repository)}/$1/main/`,
  );
}

function pageOf(repository: string): string {
  return repository.replace(/^git\+/, "").replace(/\.git$/, "");
}

function packedExports(exports: Readonly<Record<string, ExportTarget>>): unknown {
  return Object.fromEntries(
    Object.entries(exports).map(([entry, target]) => [
      entry,
      typeof target === "string"
        ? target
        : Object.fromEntries(
            Object.entries(target).filter(([condition]) => condition !== sourceCondition),
          ),
    ]),
  );
}
