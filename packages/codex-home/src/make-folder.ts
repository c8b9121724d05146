import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Creates a folder that only this user can read, with its parents. Returns the first folder that it created; undefined if
 * all existed.
 *
 * It creates one folder at a time: the recursive `mkdir` of Node 24 reports on a read-only file system that the
 * file does not exist, and never ends on a file system that accepts no folders, such as `/proc`.
 *
 * @throws the system's error for the first folder that could not be created.
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  try {
    return await makeOne(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    const first = await makeFolder(dirname(path));
    // Another run may have created it meanwhile.
    const made = await makeOne(path);
    return first ?? made;
  }
}

async function makeOne(path: string): Promise<string | undefined> {
  try {
    await mkdir(path, { mode: 0o700 });
    return path;
  } catch (error) {
    // Windows reports EPERM for the root of a drive.
    if (codeOf(error) !== "ENOENT" && (await isFolder(path))) return undefined;
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
