import { callersFolder, ownRepository } from "./callers-folder.ts";
import { usageError } from "./cli-error.ts";

/**
 * The folder that a command works on, which becomes the process's own, so that a tools module sees it as well.
 *
 * @throws {CliError} where that folder was deleted.
 */
export function currentFolder(process: Pick<NodeJS.Process, "cwd" | "chdir" | "env">): string {
  try {
    const cwd = process.cwd();
    const folder = callersFolder({ env: process.env, cwd, repository: ownRepository });
    if (folder === cwd) return cwd;
    process.chdir(folder);
    return process.cwd();
  } catch (error) {
    throw usageError(
      "The current folder cannot be used.",
      {
        why: isMissing(error) ? "It was deleted." : String(error),
        next: "Change to a folder that exists, and run the command again.",
      },
      { cause: error },
    );
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
