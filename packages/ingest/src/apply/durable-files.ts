import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { createHash } from "node:crypto";

/** Writes a file and its folder through to the disk. */
export async function writeDurably(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await using handle = await open(file, "w");
  await handle.writeFile(text);
  await handle.sync();
}

/** Replaces a file as one step: a reader sees the old text or the new one. */
export async function replaceDurably(file: string, text: string): Promise<void> {
  const staged = `${file}.ktx-new`;
  try {
    await writeDurably(staged, text);
    await rename(staged, file);
  } catch (error) {
    await rm(staged, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(file));
}

/** Makes a rename durable; a system that cannot sync folders does it by itself. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder, "r");
    await handle.sync();
  } catch {
    // Windows.
  }
}

export function hashText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
