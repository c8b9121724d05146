import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Makes Git pass over a folder of what can be made again. One that cannot be written, or has its own rules, stays as it is. */
export function ignoreFolder(folder: string): void {
  const file = join(folder, ".gitignore");
  try {
    writeFileSync(file, "*\n", { flag: "wx" });
  } catch (error) {
    const isThere = error instanceof Error && "code" in error && error.code === "EEXIST";
    // A disk without room has made an empty file, which would never be filled.
    if (!isThere) removeTolerant(file);
  }
}

function removeTolerant(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // A folder that nobody may write to: nothing was made there.
  }
}
