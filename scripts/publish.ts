/**
 * Publishes every package whose version the registry does not have yet; with `--dry-run` it does everything but that.
 * A real release is refused while the repository has no name, or where versions have not been made.
 */
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const dryRun = process.argv.includes("--dry-run");
const { repository } = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly repository: { readonly url: string };
};
const folders = globSync("{packages,apps}/*/package.json").map(dirname);
const problems = [
  ...(repository.url.includes("/OWNER/")
    ? [
        "The repository has no name yet. Put its address into `repository.url` of the root package.json, and run `pnpm manifests`.",
      ]
    : []),
  ...(globSync(".changeset/*.md").length > 0 ||
  folders.some((folder) => !existsSync(join(folder, "CHANGELOG.md")))
    ? ["There are changes without a version. Run `pnpm version:packages`, and commit the result."]
    : []),
];
for (const problem of problems)
  console.error(`${dryRun ? "before a release" : "error"}: ${problem}`);
if (problems.length > 0 && !dryRun) process.exitCode = 1;
else
  execFileSync(
    "pnpm",
    ["-r", "publish", "--access", "public", ...(dryRun ? ["--dry-run", "--no-git-checks"] : [])],
    { stdio: "inherit", shell: process.platform === "win32" },
  );
