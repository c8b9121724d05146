import { posix } from "node:path";

/** The files of a tarball, by their paths in the package. */
export type TarballFiles = ReadonlyMap<string, Buffer>;

interface PackedManifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly license?: string;
  readonly keywords?: readonly string[];
  readonly homepage?: string;
  readonly bugs?: string;
  readonly repository?: { readonly url?: string; readonly directory?: string };
  readonly engines?: { readonly node?: string };
  readonly publishConfig?: { readonly access?: string };
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/**
 * Everything that is wrong with a packed package as such, one sentence each. `machinePaths` are folders of the machine
 * that packed it; none of them may be in a file. `page` is the address of the repository, which the tarball must have
 * where it is known; where it is not, the tarball may name none.
 */
export function checkTarball(
  files: TarballFiles,
  machinePaths: readonly string[],
  page: string | undefined,
): readonly string[] {
  const manifest = JSON.parse(text(files, "package.json")) as PackedManifest;
  return [
    ...checkManifest(manifest),
    ...checkTargets(files, manifest),
    ...[...files.keys()].flatMap((file) => checkFile(files, file, machinePaths)),
    ...checkAddress(files, manifest, page),
    ...checkLinks(files),
    ...(files.has("CHANGELOG.md") && /not yet published|not on npm/i.test(text(files, "README.md"))
      ? ["README.md says of a released package that it is not published"]
      : []),
    ...["README.md", "LICENSE"].flatMap((name) => (files.has(name) ? [] : [`has no ${name}`])),
  ];
}

function checkManifest(manifest: PackedManifest): readonly string[] {
  const wanted: Readonly<Record<string, unknown>> = {
    description: manifest.description,
    license: manifest.license,
    keywords: manifest.keywords?.[0],
    "engines.node": manifest.engines?.node,
    "publishConfig.access": manifest.publishConfig?.access,
  };
  const ranges = { ...manifest.dependencies, ...manifest.peerDependencies };
  return [
    ...Object.entries(wanted).flatMap(([field, value]) =>
      value === undefined ? [`its manifest has no \`${field}\``] : [],
    ),
    ...Object.entries(ranges).flatMap(([name, range]) =>
      /^(workspace|file|link):/.test(range) ? [`needs ${name} as ${range}`] : [],
    ),
  ];
}

/** The address stands in the manifest as it is known now, and no other stands in its place in a text. */
function checkAddress(
  files: TarballFiles,
  { homepage, bugs, repository }: PackedManifest,
  page: string | undefined,
): readonly string[] {
  const folder = repository?.directory ?? "";
  const expected: Readonly<Record<string, string>> =
    page === undefined
      ? {}
      : {
          homepage: `${page}/tree/main/${folder}#readme`,
          bugs: `${page}/issues`,
          "repository.url": `git+${page}.git`,
        };
  const found = { homepage, bugs, "repository.url": repository?.url };
  return [
    ...Object.entries(found).flatMap(([field, value]) =>
      value === expected[field]
        ? []
        : [`its \`${field}\` is ${value}, expected ${expected[field]}`],
    ),
    ...(page !== undefined && folder === "" ? ["its manifest has no `repository.directory`"] : []),
    ...["package.json", "README.md", "CHANGELOG.md"].flatMap((name) =>
      /\bOWNER\/|\/OWNER\b/.test(text(files, name)) ? [`${name} names a placeholder, OWNER`] : [],
    ),
  ];
}

/** The tarball has to hold every file that the manifest offers. */
function checkTargets(files: TarballFiles, { exports = {}, bin = {} }: PackedManifest): string[] {
  const targets: (readonly [condition: string, target: string])[] = [
    ...Object.values(exports).flatMap((target) =>
      Object.entries(typeof target === "string" ? { default: target } : target),
    ),
    ...Object.values(bin).map((file) => ["bin", file] as const),
  ];
  return targets.flatMap(([condition, target]) =>
    files.has(posix.normalize(target)) ? [] : [`offers ${target} (${condition}), which is missing`],
  );
}

/** A link of the README or of the changelog leads to a file of the tarball, or is a whole address. */
function checkLinks(files: TarballFiles): readonly string[] {
  return ["README.md", "CHANGELOG.md"].flatMap((name) => {
    const prose = text(files, name).replaceAll(/^(`{3,})[^]*?^\1$/gm, "");
    const links = Array.from(prose.matchAll(/\]\(([^)\s#]+)[^)\s]*\)/g), ([, link = ""]) => link);
    return links
      .filter((link) => !link.startsWith("https:") && !files.has(posix.normalize(link)))
      .map((link) => `${name} links to ${link}, which is missing`);
  });
}

const code = /\.(?:js|d\.ts)$/;

function checkFile(files: TarballFiles, file: string, machinePaths: readonly string[]): string[] {
  const content = text(files, file);
  const found = [
    ...(/(?:^|\/)(?:src|test|tests|bench|fixtures|node_modules)\/|\.test\.|tsbuildinfo/.test(file)
      ? [`ships ${file}`]
      : []),
    ...machinePaths.flatMap((path) => (namesPath(content, path) ? [`${file} names ${path}`] : [])),
  ];
  const [, map] = code.test(file) ? (/\n\/\/# sourceMappingURL=(\S+)\s*$/.exec(content) ?? []) : [];
  if (map !== undefined && !files.has(posix.join(posix.dirname(file), map)))
    found.push(`${file} names the map ${map}, which is missing`);
  if (file.endsWith(".d.ts"))
    for (const [, path = ""] of content.matchAll(/`((?:docs|packages|apps|test)\/[\w./-]+\.\w+)`/g))
      if (!files.has(path)) found.push(`${file} names ${path}, which is missing`);
  if (file.endsWith(".map")) found.push(...checkMap(file, content));
  if (code.test(file))
    for (const [, specifier = ""] of content.matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)) {
      const target = posix.join(posix.dirname(file), specifier);
      const wanted = file.endsWith(".d.ts") ? target.replace(/\.[jt]s$/, ".d.ts") : target;
      if (!files.has(wanted)) found.push(`${file} imports ${specifier}, which is missing`);
    }
  return found;
}

/** A map is of use only with its sources in it: a tarball has no `src`. */
function checkMap(file: string, content: string): readonly string[] {
  const { sources = [], sourcesContent = [] } = JSON.parse(content) as {
    readonly sources?: readonly string[];
    readonly sourcesContent?: readonly (string | null)[];
  };
  return [
    ...(sources.every((_, index) => typeof sourcesContent[index] === "string")
      ? []
      : [`${file} does not hold its sources`]),
    ...sources.flatMap((source) =>
      /^(?:\/|[A-Za-z]:|file:)/.test(source) ? [`${file} names ${source}`] : [],
    ),
  ];
}

/** True for a text with the path of a folder, and not only with a longer word that begins like it. */
function namesPath(content: string, path: string): boolean {
  return content.split(path).some((rest, index) => index > 0 && !/^[\w-]/.test(rest));
}

function text(files: TarballFiles, file: string): string {
  return files.get(file)?.toString("utf8") ?? "";
}
