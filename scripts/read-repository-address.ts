import { execFileSync } from "node:child_process";
import { findRepositoryAddress, type RepositoryAddress } from "./repository-address.ts";

/** The address of the repository whose clone is in this folder: from `KTX_REPOSITORY_URL`, or from its `origin`. */
export function readRepositoryAddress(clone: string): RepositoryAddress {
  return findRepositoryAddress({
    explicit: process.env["KTX_REPOSITORY_URL"],
    origin: readOrigin(clone),
  });
}

/** Undefined where there is no Git, no remote, or a clone of something else around the folder. */
function readOrigin(clone: string): string | undefined {
  try {
    const git = (...args: readonly string[]): string =>
      execFileSync("git", args, {
        cwd: clone,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).trim();
    return git("rev-parse", "--show-prefix") === ""
      ? git("remote", "get-url", "origin")
      : undefined;
  } catch {
    return undefined;
  }
}
