/**
 * A release as far as it goes without a registry that takes it, from a clean clone of the last commit: install, make
 * the versions, publish dry, pack, look at the tarballs, and install each alone. It takes minutes and is not part of
 * `check`.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { findReleaseProblems } from "./release-problems.ts";

const work = mkdtempSync(join(tmpdir(), "ktx-release-"));
const clone = join(work, "clone");
const tarballs = join(work, "tarballs");
const manager = process.env["npm_execpath"];
try {
  execFileSync("git", ["clone", "--quiet", "--no-hardlinks", resolve("."), clone]);
  pnpm("install", "--frozen-lockfile", "--prefer-offline", "--reporter=append-only");
  pnpm("version:packages");
  const changelog = readFileSync(join(clone, "packages/codex-runtime/CHANGELOG.md"), "utf8");
  console.log(changelog);
  pnpm("release", "--dry-run");
  mkdirSync(tarballs);
  pnpm(
    "-r",
    "--filter",
    "./packages/*",
    "--filter",
    "./apps/*",
    "pack",
    "--pack-destination",
    tarballs,
  );
  console.log(`${readdirSync(tarballs).length} tarballs`);
  pnpm("--filter", "@ktx/packed-test", "tarballs", tarballs);
  pnpm("--filter", "@ktx/packed-test", "alone", tarballs);
  console.log("A release works from a clean clone.");
  const { repository } = JSON.parse(readFileSync(join(clone, "package.json"), "utf8")) as {
    readonly repository: { readonly url: string };
  };
  // The clone has versions and changelogs by now: what is left must be done by hand.
  for (const problem of findReleaseProblems({
    repository: repository.url,
    changesets: 0,
    withoutChangelog: [],
  }))
    console.log(`\`pnpm release\` refuses it before this is done: ${problem}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function pnpm(...args: readonly string[]): void {
  const [command = "pnpm", ...first] =
    manager === undefined ? ["pnpm"] : [process.execPath, manager];
  execFileSync(command, [...first, ...args], { cwd: clone, stdio: "inherit" });
}
