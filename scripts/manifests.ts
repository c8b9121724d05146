/**
 * Completes the manifest of every package for a release: see `completeManifest`. With `--check` it writes nothing and
 * fails where a manifest is incomplete.
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { completeManifest, type PackageManifest } from "./complete-manifest.ts";

const check = process.argv.includes("--check");
const problems: string[] = [];

for (const file of globSync("{packages,apps}/*/package.json").toSorted()) {
  const folder = dirname(file).replaceAll("\\", "/");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as PackageManifest;
  const complete = completeManifest(manifest, folder);
  if ((manifest.keywords ?? []).length < 3)
    problems.push(`${file}: needs \`keywords\`, at least three words by which somebody finds it.`);
  if (isDeepStrictEqual(manifest, complete)) continue;
  if (check) problems.push(`${file}: is not complete. Run \`pnpm manifests\`.`);
  else writeFileSync(file, `${JSON.stringify(complete, undefined, 2)}\n`);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
