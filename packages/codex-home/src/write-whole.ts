import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";

export interface WriteWholeInput {
  readonly path: string;
  readonly text: string;
  /** A folder that only this run uses, on the same file system, for the incomplete file. */
  readonly workFolder: string;
}

/**
 * Writes a file atomically, even if the power fails: it writes to the disk first, then renames. It replaces any file or
 * folder at that path.
 */
export async function writeWhole({ path, text, workFolder }: WriteWholeInput): Promise<void> {
  const fresh = join(workFolder, "fresh");
  try {
    await using file = await open(fresh, "w", 0o600);
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
  try {
    await rename(fresh, path);
  } catch {
    // A rename does not replace a folder by a file.
    await rm(path, { recursive: true, force: true });
    await rename(fresh, path);
  }
}
