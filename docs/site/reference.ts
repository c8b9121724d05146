import { globSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Application, type TypeDocOptions } from "typedoc";
import type { PluginOptions } from "typedoc-plugin-markdown";

interface PackageManifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

/** Writes a page for each package, from its source and docstrings. Returns the number of entries. */
export async function writeReference(root: string, out: string): Promise<number> {
  const entryPoints = globSync("packages/*/package.json", { cwd: root }).flatMap((file) => {
    const manifest = JSON.parse(readFileSync(join(root, file), "utf8")) as PackageManifest;
    return Object.values(manifest.exports ?? {}).flatMap((target) =>
      typeof target === "string" || target["@ktx/source"] === undefined
        ? []
        : [join(root, dirname(file), target["@ktx/source"])],
    );
  });
  const options: Partial<TypeDocOptions & PluginOptions> = {
    entryPoints,
    tsconfig: join(import.meta.dirname, "reference.tsconfig.json"),
    plugin: [import.meta.resolve("typedoc-plugin-markdown")],
    outputs: [{ name: "markdown", path: out }],
    basePath: root,
    router: "module",
    readme: "none",
    entryFileName: "index.md",
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
  await app.generateOutputs(project);
  for (const entry of readdirSync(out, { recursive: true, encoding: "utf8" }))
    if (entry.endsWith(".md")) freeze(join(out, entry));
  return entryPoints.length;
}

/** VitePress reads `{{ … }}` as code: no page of the reference has any. */
function freeze(file: string): void {
  writeFileSync(file, readFileSync(file, "utf8").replaceAll("{{", "{ {"));
}
