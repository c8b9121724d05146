import { execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { dirname, join } from "node:path";

/** The root of the clone that this file belongs to. */
export const root: string = join(import.meta.dirname, "../..");

/** The folders of all packages that a release publishes, relative to the root. */
export function publishedFolders(clone: string = root): readonly string[] {
  return globSync("{packages,apps}/*/package.json", { cwd: clone }).map(dirname).toSorted();
}

/** The tarball of a package, by the package manager that runs this script; it says where it is. */
export function packPackage(folder: string, destination: string): string {
  const manager = process.env["npm_execpath"];
  const [command = "pnpm", ...first] =
    manager === undefined ? ["pnpm"] : [process.execPath, manager];
  const output = execFileSync(
    command,
    [...first, "pack", "--json", "--pack-destination", destination],
    { cwd: folder, encoding: "utf8" },
  );
  const { filename } = JSON.parse(output.slice(output.indexOf("{"))) as { filename: string };
  return filename;
}
