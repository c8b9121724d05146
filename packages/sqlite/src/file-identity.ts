import { statSync } from "node:fs";

/**
 * Tells a file from another of the same name: its device and inode. Undefined where no file has the name. SQLite goes on
 * with the file that it has opened, also where that was removed or another one was moved into its place.
 */
export function fileIdentity(path: string): string | undefined {
  const status = statSync(path, { bigint: true, throwIfNoEntry: false });
  return status === undefined ? undefined : `${status.dev}:${status.ino}`;
}
