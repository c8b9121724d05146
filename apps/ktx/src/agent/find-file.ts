import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { usageError } from "../cli-error.ts";

export interface FindFileInput {
  /** As the user gave it; relative to `cwd`. */
  readonly path: string;
  readonly cwd: string;
  /** What the file is to be, as the error names it: `a tools module`. */
  readonly what: string;
  /** What to do where there is none. */
  readonly next: string;
}

/**
 * The absolute path of a file that the command line names.
 *
 * @throws {CliError} where there is no file.
 */
export async function findFile({ path, cwd, what, next }: FindFileInput): Promise<string> {
  const file = resolve(cwd, path);
  const isFile = await stat(file).then(
    (status) => status.isFile(),
    () => false,
  );
  if (!isFile) throw usageError(`Expected ${what} at ${file}, got no file.`, { next });
  return file;
}
