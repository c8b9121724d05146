/**
 * Completes the manifest of every package for a release: see `completeManifest`. The repository's address comes from
 * the root manifest and from nowhere else. With `--check` it writes nothing and fails where a manifest is incomplete.
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { completeManifest, type PackageManifest, readdressLinks } from "./complete-manifest.ts";

const check = process.argv.includes("--check");
const root = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly repository: { readonly url: string };
};
const problems: string[] = [];

for (const file of globSync("{packages,apps}/*/package.json").toSorted()) {
  const folder = dirname(file).replaceAll("\\", "/");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as PackageManifest;
  const complete = completeManifest(manifest, folder, root.repository.url);
  if ((manifest.keywords ?? []).length < 3)
    problems.push(`${file}: needs \`keywords\`, at least three words by which somebody finds it.`);
  if (isDeepStrictEqual(manifest, complete)) continue;
  if (check) problems.push(`${file}: is not complete. Run \`pnpm manifests\`.`);
  else writeFileSync(file, `${JSON.stringify(complete, undefined, 2)}\n`);
}
// A README is read on the registry's page, too: its links into the repository are whole addresses.
for (const file of globSync("{packages,apps}/*/README.md").toSorted()) {
  const text = readFileSync(file, "utf8");
  const readdressed = readdressLinks(text, root.repository.url);
  if (text === readdressed) continue;
  if (check) problems.push(`${file}: links to another repository. Run \`pnpm manifests\`.`);
  else writeFileSync(file, readdressed);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
