import { execFileSync } from "node:child_process";
import type { GitFacts } from "./release-problems.ts";

/** The state of the clone in this folder, without asking its remote. Undefined where there is no Git. */
export function readGitFacts(clone: string): GitFacts | undefined {
  const git = (...args: readonly string[]): string | undefined => {
    try {
      const stdio = ["ignore", "pipe", "ignore"] as const;
      return execFileSync("git", args, { cwd: clone, encoding: "utf8", stdio: [...stdio] }).trim();
    } catch {
      return undefined;
    }
  };
  const status = git("status", "--porcelain");
  if (status === undefined) return undefined;
  return {
    uncommitted: status === "" ? 0 : status.split("\n").length,
    branch: git("symbolic-ref", "--short", "HEAD"),
    // A branch without a remote one is behind nothing.
    behind: Number(git("rev-list", "--count", "--left-only", "@{u}...HEAD") ?? 0),
  };
}
