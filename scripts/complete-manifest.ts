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
  readonly publishConfig?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** The condition under which this repository runs from source; a tarball has no source. */
const sourceCondition = "@ktx/source";

/** The folder of a package in which its tarball is laid out: see `prepack.ts`. */
export const packedFolder = ".packed";

/**
 * A manifest with all that a release needs and that follows from other facts: the files that are packed, how they are
 * made before, and the exports without the source. `folder` is the package's place in the repository, whose address
 * only a packed manifest has: see `packedManifest`.
 */
export function completeManifest(manifest: PackageManifest, folder: string): PackageManifest {
  const { homepage: _homepage, bugs: _bugs, repository: _repository, ...rest } = manifest;
  return {
    ...rest,
    files: manifest.files.includes("CHANGELOG.md")
      ? manifest.files
      : [...manifest.files, "CHANGELOG.md"],
    scripts: {
      ...manifest.scripts,
      prepack: `node ${posix.relative(folder, ".")}/scripts/prepack.ts`,
    },
    publishConfig: {
      access: "public",
      directory: packedFolder,
      linkDirectory: false,
      ...(manifest.exports !== undefined && { exports: packedExports(manifest.exports) }),
    },
  };
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
