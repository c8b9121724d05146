import { resolve } from "node:path";
import { usageError } from "./cli-error.ts";

/** The repository of this file; a folder in `node_modules` where ktx is installed. */
export const ownRepository: string = resolve(import.meta.dirname, "../../..");

interface CallersFolderInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The root of a clone of ktx. */
  readonly repository: string;
}

/**
 * The folder that a command works on. From a clone, `pnpm ktx` starts it in the clone's root, and pnpm passes the
 * folder of the call as `INIT_CWD`. Everywhere else it is the current folder: another project's script that calls
 * `ktx` means its own folder. Pure.
 */
function callersFolder({ env, cwd, repository }: CallersFolderInput): string {
  const isOwnScript = env["npm_lifecycle_event"] === "ktx" || env["npm_lifecycle_event"] === "demo";
  const caller = env["INIT_CWD"];
  return isOwnScript && cwd === repository && caller ? caller : cwd;
}

/**
 * The folder that a command works on. It becomes the current folder of the process, so that a tools module sees it too.
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
