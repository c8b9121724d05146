import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** The version of `@openai/codex` that the registry calls the latest. */
export async function readLatestVersion(): Promise<string> {
  const { stdout } = await run(npm, ["view", "@openai/codex", "version"]);
  return stdout.trim();
}

/** Installs one version in a folder of its own, unless it is there. Gives the path of its `package.json`. */
export async function fetchCodex(version: string, cacheFolder: string): Promise<string> {
  const folder = join(cacheFolder, version);
  const manifest = join(folder, "node_modules", "@openai", "codex", "package.json");
  if (existsSync(manifest)) return manifest;
  await mkdir(folder, { recursive: true });
  const quiet = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts"];
  await run(npm, ["install", "--prefix", folder, ...quiet, `@openai/codex@${version}`]);
  return manifest;
}
