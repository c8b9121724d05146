import { readlink, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

/** More links than a system follows. */
const mostLinks = 40;

/**
 * The number of the open file of this process that a path names, as `/dev/stdout`, `/dev/fd/1` and links to them do;
 * undefined for any other path. Its file has a name of its own, and others may have written to it.
 */
export async function descriptorOf(path: string, cwd: string): Promise<number | undefined> {
  let named = resolve(cwd, path);
  for (let links = 0; links < mostLinks; links += 1) {
    const folder = await realpath(dirname(named)).catch(() => dirname(named));
    const number = basename(named);
    if (isDescriptorFolder(folder) && /^\d+$/.test(number)) return Number(number);
    const link = await readlink(join(folder, number)).catch(() => undefined);
    if (link === undefined) return undefined;
    named = resolve(folder, link);
  }
  return undefined;
}

/** Linux has the open files in /proc, other systems in /dev/fd. */
function isDescriptorFolder(folder: string): boolean {
  const owner = /^\/proc\/(self|\d+)(?:\/task\/\d+)?\/fd$/.exec(folder)?.[1];
  return folder === "/dev/fd" || owner === "self" || owner === String(process.pid);
}
