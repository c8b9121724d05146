import { readFile, readdir } from "node:fs/promises";
import { join, relative } from "node:path";

/** The files under a folder, by their paths from there, that hold any of these texts. Links are not followed. */
export async function filesWith(
  folder: string,
  ...texts: readonly string[]
): Promise<readonly string[]> {
  const holders: string[] = [];
  for (const path of await filesIn(folder)) {
    const content = await readFile(path);
    if (texts.some((text) => content.includes(text))) holders.push(relative(folder, path));
  }
  return holders.toSorted();
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}
