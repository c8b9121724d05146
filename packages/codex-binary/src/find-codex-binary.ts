import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { CodexNotFoundError } from "./codex-not-found-error.ts";

/** The platform packages that carry the binary, and the target triple of its folder inside. */
const targets: Readonly<Record<string, readonly [packageName: string, triple: string]>> = {
  "linux-x64": ["@openai/codex-linux-x64", "x86_64-unknown-linux-musl"],
  "linux-arm64": ["@openai/codex-linux-arm64", "aarch64-unknown-linux-musl"],
  "darwin-x64": ["@openai/codex-darwin-x64", "x86_64-apple-darwin"],
  "darwin-arm64": ["@openai/codex-darwin-arm64", "aarch64-apple-darwin"],
  "win32-x64": ["@openai/codex-win32-x64", "x86_64-pc-windows-msvc"],
  "win32-arm64": ["@openai/codex-win32-arm64", "aarch64-pc-windows-msvc"],
};

/**
 * The path of the native Codex binary that `@openai/codex-sdk` brings along. Not the npm wrapper:
 * killing that orphans the binary.
 *
 * @throws {CodexNotFoundError} where this platform has none, or it is not installed.
 */
export function findCodexBinary(
  platform: NodeJS.Platform = process.platform,
  arch: string = process.arch,
): string {
  const sdk = createRequire(import.meta.resolve("@openai/codex-sdk"));
  return findPackagedBinary(() => sdk.resolve("@openai/codex/package.json"), platform, arch);
}

/** The same for any installed `@openai/codex`, by the path of its `package.json`. */
export function findPackagedBinary(
  findManifest: () => string,
  platform: NodeJS.Platform = process.platform,
  arch: string = process.arch,
): string {
  const target = targets[`${platform === "android" ? "linux" : platform}-${arch}`];
  if (target === undefined)
    throw new CodexNotFoundError(`Codex has no binary for ${platform} on ${arch}`);
  const [packageName, triple] = target;
  try {
    const folder = dirname(createRequire(findManifest()).resolve(`${packageName}/package.json`));
    const name = platform === "win32" ? "codex.exe" : "codex";
    const binary = join(folder, "vendor", triple, "bin", name);
    if (existsSync(binary)) return binary;
  } catch (error) {
    throw new CodexNotFoundError(`The package ${packageName} is not installed`, { cause: error });
  }
  throw new CodexNotFoundError(`The package ${packageName} has no binary where it is expected`);
}
