import { globSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { Application, type TypeDocOptions } from "typedoc";
import type { PluginOptions } from "typedoc-plugin-markdown";

interface PackageManifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

interface Entry {
  /** As a program imports it. */
  readonly specifier: string;
  /** From the root of the repository, without the ending and without `/index`: TypeDoc's name of the module. */
  readonly module: string;
  readonly file: string;
}

/** Every entry of every package that has source. */
function listEntries(root: string): readonly Entry[] {
  return globSync("packages/*/package.json", { cwd: root }).flatMap((path) => {
    const { name, exports = {} } = JSON.parse(
      readFileSync(join(root, path), "utf8"),
    ) as PackageManifest;
    return Object.entries(exports).flatMap(([entry, target]) => {
      const source = typeof target === "string" ? undefined : target["@ktx/source"];
      if (source === undefined) return [];
      const file = posix.join(dirname(path), source);
      const module = file.replace(/(?:\/index)?\.ts$/, "");
      return [{ specifier: posix.join(name, entry), module, file: join(root, file) }];
    });
  });
}

/** Writes a page for each entry of each package, from its source and docstrings. Returns their number. */
export async function writeReference(root: string, out: string): Promise<number> {
  const entries = listEntries(root);
  const options: Partial<TypeDocOptions & PluginOptions> = {
    name: "Reference",
    entryPoints: entries.map(({ file }) => file),
    tsconfig: join(import.meta.dirname, "reference.tsconfig.json"),
    plugin: [import.meta.resolve("typedoc-plugin-markdown")],
    outputs: [{ name: "markdown", path: out }],
    basePath: root,
    router: "module",
    readme: "none",
    entryFileName: "index.md",
    hidePageHeader: true,
    hideBreadcrumbs: true,
    excludeInternal: true,
    excludePrivate: true,
    disableSources: true,
    // The repository's own compiler checks types.
    skipErrorChecking: true,
    logLevel: "Warn",
  };
  const app = await Application.bootstrapWithPlugins(options);
  const project = await app.convert();
  if (project === undefined) throw new Error("Expected a reference, and TypeDoc made none.");
  const specifiers = new Map(entries.map(({ module, specifier }) => [module, specifier]));
  for (const module of project.children ?? [])
    module.name = specifiers.get(module.name) ?? module.name;
  await app.generateOutputs(project);
  for (const entry of readdirSync(out, { recursive: true, encoding: "utf8" }))
    if (entry.endsWith(".md")) freeze(join(out, entry));
  return entries.length;
}

/** VitePress reads `{{ … }}` as code: no page of the reference has any. */
function freeze(file: string): void {
  writeFileSync(file, readFileSync(file, "utf8").replaceAll("{{", "{ {"));
}
