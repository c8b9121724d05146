import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeTestFolder } from "./test-folder.ts";

/** True where an ordinary user may mount a file system in namespaces of their own (Linux). */
export const hasSmallDisks: boolean = spawnSync("unshare", ["-rm", "true"]).status === 0;

/**
 * Runs a program with the folder of a file system of its own, in memory, as its first argument. The program fills the
 * disk up to some pages with `leaveRoom`.
 *
 * @returns the lines that the program printed.
 */
export async function runOnSmallDisk(
  program: string,
  { kibibytes, args }: { readonly kibibytes: number; readonly args: readonly string[] },
): Promise<readonly string[]> {
  await using folder = await makeTestFolder("disk");
  const script = `mount -t tmpfs -o size=${kibibytes}k tmpfs "$2" && exec "$0" --conditions=@ktx/source "$@"`;
  const path = folder.path;
  const { stdout } = await promisify(execFile)(
    "unshare",
    ["-rm", "sh", "-c", script, process.execPath, program, path, ...args],
    { cwd: join(import.meta.dirname, ".."), maxBuffer: 64 * 1024 * 1024 },
  );
  return stdout.split("\n").filter((line) => line !== "");
}
