/**
 * The public-API report: for every entry of every package, the emitted `.d.ts` files that it reaches, joined.
 * Without a flag it rewrites `api/`; with `--check` it fails where the two differ.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface PackageManifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
}

const check = process.argv.includes("--check");
let drift = 0;

for (const name of readdirSync("packages")) {
  const manifest = JSON.parse(
    readFileSync(join("packages", name, "package.json"), "utf8"),
  ) as PackageManifest;
  const entries = Object.values(manifest.exports).flatMap((target) =>
    typeof target === "string" ? [] : [join("packages", name, target.types)],
  );
  const next = joinDeclarations(entries);
  const report = join("api", `${name}.d.ts.txt`);
  if (existsSync(report) && readFileSync(report, "utf8") === next) continue;
  drift += 1;
  if (check)
    console.error(`The public API of ${name} changed: run \`pnpm api\` and review the diff.`);
  else writeFileSync(report, next);
}
process.exitCode = check && drift > 0 ? 1 : 0;

function joinDeclarations(entries: readonly string[]): string {
  const sections = new Map<string, string>();
  const visit = (file: string): void => {
    if (sections.has(file)) return;
    const text = readFileSync(file, "utf8").trimEnd();
    sections.set(file, `// ${file}\n${text}`);
    for (const [, specifier] of text.matchAll(/from "(\.[^"]+)\.(?:ts|js)"/g))
      visit(join(dirname(file), `${specifier}.d.ts`));
  };
  entries.forEach(visit);
  return `${[...sections.values()].join("\n")}\n`;
}
