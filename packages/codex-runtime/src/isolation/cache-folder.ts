import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Where ktx keeps what it can make again: the user's cache folder, by each platform's convention.
 * Never the system's temporary folder: Codex warns on every run about a home that lies there.
 */
export function cacheFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  const home = userHome(env, platform);
  if (env["XDG_CACHE_HOME"]) return join(env["XDG_CACHE_HOME"], "ktx");
  if (platform === "darwin") return join(home, "Library", "Caches", "ktx");
  if (platform === "win32")
    return join(env["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), "ktx", "Cache");
  return join(home, ".cache", "ktx");
}

/** The Codex home that the user signed in with. */
export function signInHome(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  return env["CODEX_HOME"] || join(userHome(env, platform), ".codex");
}

/** The user's home folder. */
export function userHome(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  return (platform === "win32" ? env["USERPROFILE"] : env["HOME"]) || homedir();
}
