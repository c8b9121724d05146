/**
 * Makes the next versions. A package without a changelog has never been released: it keeps its version, and its
 * first changelog says what it is. The changesets of all others go to `changeset version`.
 */
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { firstChangelog, withoutPackages } from "./first-changelog.ts";

const first = new Set<string>();
for (const file of globSync("{packages,apps}/*/package.json").toSorted()) {
  const folder = dirname(file);
  const changelog = join(folder, "CHANGELOG.md");
  if (existsSync(changelog)) continue;
  const { name, version } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly name: string;
    readonly version: string;
  };
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  writeFileSync(changelog, firstChangelog(name, version, readme));
  first.add(name);
}

for (const file of globSync(".changeset/*.md")) {
  const left = withoutPackages(readFileSync(file, "utf8"), first);
  if (left === undefined) rmSync(file);
  else writeFileSync(file, left);
}
console.log(`${first.size} packages have their first version.`);
if (globSync(".changeset/*.md").length > 0)
  execFileSync("pnpm", ["exec", "changeset", "version"], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
