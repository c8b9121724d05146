/**
 * A release as far as it goes without a registry that takes it, from a clean clone of the last commit: install, make
 * the versions, publish dry, pack, look at the tarballs, and install each alone. It takes minutes and is not part of
 * `check`.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readRepositoryAddress } from "./read-repository-address.ts";

const work = mkdtempSync(join(tmpdir(), "ktx-release-"));
const clone = join(work, "clone");
const tarballs = join(work, "tarballs");
const address = readRepositoryAddress(".");
/** An address as Git has it, for a clone that has none: it shows what the packages make of one. */
const standIn = "git@github.com:acme/ktx.git";
const manager = process.env["npm_execpath"];
try {
  execFileSync("git", ["clone", "--quiet", "--no-hardlinks", resolve("."), clone]);
  // The clone would take this folder for its origin: it gets the address of this one, or a stand-in for it.
  git("remote", "set-url", "origin", "page" in address ? address.page : standIn);
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
  // The clone has versions and changelogs by now: what is left must be done by hand.
  if ("problem" in address)
    console.log(`\`pnpm release\` refuses it before this is done: ${address.problem}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function git(...args: readonly string[]): void {
  execFileSync("git", args, { cwd: clone, stdio: "inherit" });
}

function pnpm(...args: readonly string[]): void {
  const [command = "pnpm", ...first] =
    manager === undefined ? ["pnpm"] : [process.execPath, manager];
  execFileSync(command, [...first, ...args], { cwd: clone, stdio: "inherit" });
}
