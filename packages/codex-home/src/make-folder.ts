import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder for this user alone, with those that lead to it. Gives the first that was made; undefined
 * where all were there.
 *
 * @throws what the system says of the very folder that could not be made. `mkdir` itself says on a read-only
 * file system that there is no such file (Node 24).
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
    // Another run may have made it by now.
    const made = await mkdir(path, { recursive: true, mode: 0o700 });
    return first ?? made;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
