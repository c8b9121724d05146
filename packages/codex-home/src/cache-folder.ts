import { userInfo } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder for files that ktx can create again: the user's cache folder, by each platform's convention. A relative
 * `XDG_CACHE_HOME` is ignored, as its specification says; the path is always absolute.
 * Never the system's temporary folder: Codex warns on every run about a home in it.
 */
export function cacheFolder(env: Environment, platform: NodeJS.Platform): string {
  const { XDG_CACHE_HOME: cache, LOCALAPPDATA: local } = env;
  if (cache && isAbsolute(cache)) return join(cache, "ktx");
  if (platform === "win32" && local && isAbsolute(local)) return join(local, "ktx", "Cache");
  const home = userHome(env, platform);
  if (platform === "darwin") return join(home, "Library", "Caches", "ktx");
  if (platform === "win32") return join(home, "AppData", "Local", "ktx", "Cache");
  return join(home, ".cache", "ktx");
}

/**
 * The Codex home that holds the user's sign-in, as Codex finds it (0.163.0, 0.171.0): a relative `CODEX_HOME`
 * counts from the working directory of this process, and an empty one counts as not set.
 */
export function signInHome(env: Environment, platform: NodeJS.Platform): string {
  const { CODEX_HOME: home } = env;
  return home ? resolve(home) : join(userHome(env, platform), ".codex");
}

/**
 * The user's home folder, as Codex finds it: a relative `HOME` counts from the working directory of this
 * process; the account's home folder replaces a missing or empty one.
 *
 * @throws the error of `userInfo` for an account without a home folder.
 */
export function userHome(env: Environment, platform: NodeJS.Platform): string {
  const home = platform === "win32" ? env["USERPROFILE"] : env["HOME"];
  // Not `homedir()`, which returns an empty HOME unchanged.
  return home ? resolve(home) : userInfo().homedir;
}
