import { closeSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Fills the disk of a folder with one file, so that so many pages of 4 KiB are free. */
export function leaveRoom(folder: string, pages: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const bytes = Math.max(0, bavail * bsize - pages * 4_096);
  const handle = openSync(join(folder, "filler"), "w");
  for (let left = bytes; left > 0;)
    left -= writeSync(handle, Buffer.alloc(Math.min(left, 1024 * 1024)));
  closeSync(handle);
}

export function makeRoom(folder: string): void {
  rmSync(join(folder, "filler"), { force: true });
}
