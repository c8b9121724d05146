import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isMissing, lstatOf } from "./confined-folder.ts";

/** A file that a walk has found. */
export interface FoundFile {
  /** Below the folder, with `/`. */
  readonly path: string;
  readonly size: number;
  /** Changes with each write of the file. */
  readonly stamp: string;
}

/** Something in the place of a file that a walk does not give. */
export interface PassedOver {
  /** Below the folder, with `/`. */
  readonly path: string;
  readonly reason: "link" | "folder-link" | "unreadable" | "name" | "no-file" | "too-many";
}

export interface WalkOptions {
  readonly accepts: (path: string) => boolean;
  /** @default every folder whose name begins with no dot */
  readonly enters?: (path: string) => boolean;
  /** @default 200_000 */
  readonly maxFiles?: number;
  readonly onPassedOver?: (passed: PassedOver) => void;
  /** Receives each folder that is entered, the walk's own one as an empty text. */
  readonly onFolder?: (path: string) => void;
}

/** The files below a folder, without links, and without what begins with a dot. */
export function walkConfined(
  root: string,
  {
    accepts,
    enters = () => true,
    maxFiles = 200_000,
    onPassedOver = () => {},
    onFolder = () => {},
  }: WalkOptions,
): readonly FoundFile[] {
  const found: FoundFile[] = [];
  const visit = (folder: string): void => {
    if (found.length >= maxFiles) return;
    onFolder(folder);
    const entries = entriesOf(join(root, folder));
    if (entries === undefined) return onPassedOver({ path: folder, reason: "unreadable" });
    for (const entry of entries) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.name.startsWith(".")) continue;
      if (entry.isDirectory()) {
        if (enters(path)) visit(path);
        continue;
      }
      if (!entry.isFile()) {
        const reason = reasonFor(root, path, entry, accepts);
        if (reason !== undefined) onPassedOver({ path, reason });
        continue;
      }
      if (!accepts(path)) continue;
      if (found.length >= maxFiles) return onPassedOver({ path, reason: "too-many" });
      const status = statusOf(join(root, path));
      if (status === "unreadable") onPassedOver({ path, reason: "unreadable" });
      // Node gives other characters for such a name, by which nobody finds the file.
      else if (status === undefined && entry.name.includes("\uFFFD"))
        onPassedOver({ path, reason: "name" });
      else if (status !== undefined) found.push({ path, ...status });
    }
  };
  visit("");
  return found;
}

function reasonFor(
  root: string,
  path: string,
  entry: Dirent,
  accepts: (path: string) => boolean,
): PassedOver["reason"] | undefined {
  if (!entry.isSymbolicLink()) return accepts(path) ? "no-file" : undefined;
  if (leadsToFolder(join(root, path))) return "folder-link";
  return accepts(path) ? "link" : undefined;
}

function leadsToFolder(link: string): boolean {
  try {
    return statSync(link, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}

/** Undefined for a file that has gone in the meantime. */
function statusOf(file: string): Omit<FoundFile, "path"> | "unreadable" | undefined {
  try {
    const status = lstatOf(file);
    if (status === undefined) return undefined;
    const { size, mtimeMs, ctimeMs, ino } = status;
    return { size, stamp: `${mtimeMs}:${ctimeMs}:${ino}` };
  } catch {
    return "unreadable";
  }
}

/** In the order of their names; undefined for a folder that is there and cannot be read. */
function entriesOf(folder: string): readonly Dirent[] | undefined {
  try {
    return readdirSync(folder, { withFileTypes: true }).toSorted(byName);
  } catch (error) {
    return isMissing(error) ? [] : undefined;
  }
}

function byName(one: Dirent, other: Dirent): number {
  return one.name < other.name ? -1 : 1;
}
