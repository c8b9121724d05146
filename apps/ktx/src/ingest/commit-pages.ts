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

/** Commits these pages and nothing else of the work tree, with a trailer that names the apply. */
export async function commitPages({ projectDir, pages, apply }: CommitInput): Promise<Commit> {
  const git = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)("git", ["-C", projectDir, ...args])).stdout.trim();
  const files = pages.map((page) => `:(literal)wiki/${page}`);
  const count = pages.length === 1 ? "1 page" : `${pages.length} pages`;
  try {
    await git("add", "--all", "--", ...files);
    await git(
      "commit",
      "--quiet",
      "--message",
      `docs(wiki): ${count} by ktx ingest`,
      "--message",
      `Ktx-Ingest: ${apply}`,
      "--",
      ...files,
    );
    return { ok: true, id: await git("rev-parse", "--short", "HEAD") };
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    return { ok: false, reason: said === "" ? String(error) : said };
  }
}
