import { existsSync, realpathSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { findPackagedBinary } from "./find-codex-binary.ts";

/**
 * The program that a caller's `codexPath` stands for: a bare name is looked up in PATH, and the npm
 * wrapper (`codex.js`, usually behind a link called `codex`) becomes the native binary that it would
 * start, since killing the wrapper orphans that.
 *
 * A path without a file is returned unchanged: starting it then gives the error.
 *
 * @throws {CodexNotFoundError} for an npm wrapper whose binary is not installed.
 */
export function resolveCodexPath(
  codexPath: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  const found =
    basename(codexPath) === codexPath ? findInPath(codexPath, env, platform) : codexPath;
  if (found === undefined || !existsSync(found)) return codexPath;
  const real = realpathSync(found);
  const manifest = join(dirname(real), "..", "package.json");
  return basename(real) === "codex.js" && existsSync(manifest)
    ? findPackagedBinary(() => manifest, platform)
    : found;
}

function findInPath(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string | undefined {
  const file = platform === "win32" && !name.includes(".") ? `${name}.exe` : name;
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, file)).find((path) => existsSync(path));
}
