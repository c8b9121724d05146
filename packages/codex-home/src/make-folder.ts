import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Creates a folder for this user alone, with its parents. Returns the first folder that it created; undefined
 * where all existed.
 *
 * @throws the system's error for the first folder that could not be created. On a read-only file system, `mkdir`
 * itself reports that the file does not exist (Node 24).
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (!isMissing(error)) throw error;
    return await makeEach(path);
  }
}

async function makeEach(path: string): Promise<string | undefined> {
  try {
    await mkdir(path, { mode: 0o700 });
    return path;
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) throw error;
    const first = await makeFolder(dirname(path));
    // Another run may have created it by now.
    const made = await mkdir(path, { recursive: true, mode: 0o700 });
    return first ?? made;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
