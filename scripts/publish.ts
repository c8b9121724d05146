/**
 * Publishes every package whose version the registry does not have yet; with `--dry-run` it does everything but that.
 * A real release is refused where the repository has no public address, where versions have not been made, or where
 * Git has another state than a commit of main. A dry run says so first and, below the lists of files, last.
 */
import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { dirname, join } from "node:path";
import { readGitFacts } from "./read-git-facts.ts";
import { readRepositoryAddress } from "./read-repository-address.ts";
import { findReleaseProblems } from "./release-problems.ts";

const dryRun = process.argv.includes("--dry-run");
const folders = globSync("{packages,apps}/*/package.json").map(dirname);
const problems = findReleaseProblems({
  address: readRepositoryAddress("."),
  changesets: globSync(".changeset/*.md").length,
  withoutChangelog: folders.filter((folder) => !existsSync(join(folder, "CHANGELOG.md"))),
  git: readGitFacts("."),
});
const sayProblems = (): void => {
  for (const problem of problems)
    console.error(`${dryRun ? "before a release" : "error"}: ${problem}`);
};

sayProblems();
if (problems.length > 0 && !dryRun) process.exitCode = 1;
else {
  const { status, error } = spawnSync(
    "pnpm",
    ["-r", "publish", "--access", "public", ...(dryRun ? ["--dry-run", "--no-git-checks"] : [])],
    { stdio: "inherit", shell: process.platform === "win32" },
  );
  if (error !== undefined) throw error;
  process.exitCode = status ?? 1;
  if (dryRun) sayProblems();
  if (dryRun && status === 0 && problems.length === 0)
    console.error("Nothing stands against a release. The sign-in at the registry was not checked.");
}
