import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { usageError } from "../cli-error.ts";

export interface FindFileInput {
  /** The path as the user gave it; relative to `cwd`. */
  readonly path: string;
  readonly cwd: string;
  /** The kind of file, as the error names it: `a tools module`. */
  readonly what: string;
  /** The fix for a missing file. */
  readonly next: string;
}

/**
 * The absolute path of a file that the command line names.
 *
 * @throws {CliError} for a file that does not exist.
 */
export async function findFile({ path, cwd, what, next }: FindFileInput): Promise<string> {
  const file = resolve(cwd, path);
  const isFile = await stat(file).then(
    (status) => status.isFile(),
    () => false,
  );
  if (!isFile) throw usageError(`Expected ${what} at ${file}, found no file.`, { next });
  return file;
}
