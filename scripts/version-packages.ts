/**
 * Makes the next versions. A package without a changelog has never been released: its first changelog says what it is,
 * and no changeset moves its version, though a dependency that moves may. The changesets of all others go to
 * `changeset version`.
 */
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { firstChangelog, withoutPackages } from "./first-changelog.ts";

const manifests = globSync("{packages,apps}/*/package.json").toSorted();
const first = manifests.filter((file) => !existsSync(changelogOf(file)));
const names = new Set(first.map((file) => readManifest(file).name));

for (const file of globSync(".changeset/*.md")) {
  const left = withoutPackages(readFileSync(file, "utf8"), names);
  if (left === undefined) rmSync(file);
  else writeFileSync(file, left);
}
if (globSync(".changeset/*.md").length > 0) {
  const changeset = fileURLToPath(import.meta.resolve("@changesets/cli/bin.js"));
  execFileSync(process.execPath, [changeset, "version"], { stdio: "inherit" });
}
// Last, since `changeset version` may have moved the version, and written the reason into a changelog.
for (const file of first) {
  const { name, version } = readManifest(file);
  const readme = readFileSync(join(dirname(file), "README.md"), "utf8");
  writeFileSync(changelogOf(file), firstChangelog(name, version, readme));
}
console.log(`${first.length} packages have their first version.`);

function changelogOf(manifest: string): string {
  return join(dirname(manifest), "CHANGELOG.md");
}

function readManifest(file: string): { readonly name: string; readonly version: string } {
  return JSON.parse(readFileSync(file, "utf8")) as {
    readonly name: string;
    readonly version: string;
  };
}
