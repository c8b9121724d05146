import { readlink, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

/** More links than a system follows. */
const mostLinks = 40;

/** The path of the file that a writer makes or changes: all links are followed, also those whose target is missing. */
export async function fileBehind(path: string, cwd: string): Promise<string> {
  let named = resolve(cwd, path);
  for (let links = 0; links < mostLinks; links += 1) {
    const folder = await realpath(dirname(named)).catch(() => dirname(named));
    const place = join(folder, basename(named));
    const link = await readlink(place).catch(() => undefined);
    if (link === undefined) return place;
    named = resolve(folder, link);
  }
  return named;
}

/** True where two paths lead to one file, so that what is written to the one replaces the other. A device takes both. */
export async function isOneFile(one: string, other: string, cwd: string): Promise<boolean> {
  const paths = [resolve(cwd, one), resolve(cwd, other)];
  if (paths.every((path) => path.startsWith("/dev/"))) return false;
  const [found, also] = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  if (found !== undefined && also !== undefined)
    return found.ino === also.ino && found.dev === also.dev && !found.isCharacterDevice();
  const [file, second] = await Promise.all(paths.map((path) => fileBehind(path, cwd)));
  return file === second;
}
