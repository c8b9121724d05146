import { readdirSync } from "node:fs";
import { join } from "node:path";
import { lstatOf } from "./confined-folder.ts";

/** A file that a walk has found. */
export interface FoundFile {
  /** Below the folder, with `/`. */
  readonly path: string;
  readonly size: number;
  /** Changes with each write of the file. */
  readonly stamp: string;
}

export interface WalkOptions {
  readonly accepts: (path: string) => boolean;
  /** @default every folder whose name begins with no dot */
  readonly enters?: (path: string) => boolean;
  /** @default 200_000 */
  readonly maxFiles?: number;
}

/** The files below a folder, without links, and without what begins with a dot. */
export function walkConfined(
  root: string,
  { accepts, enters = () => true, maxFiles = 200_000 }: WalkOptions,
): readonly FoundFile[] {
  const found: FoundFile[] = [];
  const visit = (folder: string): void => {
    if (found.length >= maxFiles) return;
    for (const entry of entriesOf(join(root, folder))) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.name.startsWith(".")) continue;
      if (entry.isDirectory() && enters(path)) visit(path);
      if (!entry.isFile() || !accepts(path)) continue;
      const status = lstatOf(join(root, path));
      if (status !== undefined)
        found.push({
          path,
          size: status.size,
          stamp: `${status.mtimeMs}:${status.ctimeMs}:${status.ino}`,
        });
    }
  };
  visit("");
  return found;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
