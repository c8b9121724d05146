/**
 * Publishes every package whose version the registry does not have yet; with `--dry-run` it does everything but that.
 * A real release is refused where the repository has no public address, or where versions have not been made.
 */
import { execFileSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { dirname, join } from "node:path";
import { readRepositoryAddress } from "./read-repository-address.ts";
import { findReleaseProblems } from "./release-problems.ts";

const dryRun = process.argv.includes("--dry-run");
const address = readRepositoryAddress(".");
const folders = globSync("{packages,apps}/*/package.json").map(dirname);
const problems = findReleaseProblems({
  address,
  changesets: globSync(".changeset/*.md").length,
  withoutChangelog: folders.filter((folder) => !existsSync(join(folder, "CHANGELOG.md"))),
});
for (const problem of problems)
  console.error(`${dryRun ? "before a release" : "error"}: ${problem}`);
if (problems.length > 0 && !dryRun) process.exitCode = 1;
else
  execFileSync(
    "pnpm",
    ["-r", "publish", "--access", "public", ...(dryRun ? ["--dry-run", "--no-git-checks"] : [])],
    { stdio: "inherit", shell: process.platform === "win32" },
  );
