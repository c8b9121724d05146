import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface CommitInput {
  readonly projectDir: string;
  /** Names below `wiki/`. */
  readonly pages: readonly string[];
  /** The name of the apply, for the trailer. */
  readonly apply: string;
}

export type Commit =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly reason: string };

/**
 * Commits these pages, the memory that goes with them and nothing else of the work tree, with a trailer that names the
 * apply.
 */
export async function commitPages({ projectDir, pages, apply }: CommitInput): Promise<Commit> {
  const git = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)("git", ["-C", projectDir, ...args])).stdout;
  const files = [...pages, ".ktx.json"].map((page) => `:(literal)wiki/${page}`);
  const count = pages.length === 1 ? "1 page" : `${pages.length} pages`;
  try {
    const status = await git(
      "status",
      "--porcelain",
      "-z",
      "--untracked-files=all",
      "--",
      ...files,
    );
    const changed = status.split("\0").filter((line) => line !== "");
    if (changed.length === 0)
      return { ok: false, reason: "It has no change of these pages. Does it ignore wiki/?" };
    // Of the names, Git knows only these; each has its two letters of state before it.
    const known = changed.map((line) => `:(literal,top)${line.replace(/^.. ?/, "")}`);
    await git("add", "--all", "--", ...known);
    await git(
      "commit",
      "--quiet",
      "--message",
      `docs(wiki): ${count} by ktx ingest`,
      "--message",
      `Ktx-Ingest: ${apply}`,
      "--",
      ...known,
    );
    return { ok: true, id: (await git("rev-parse", "--short", "HEAD")).trim() };
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    return { ok: false, reason: said === "" ? String(error) : said };
  }
}
