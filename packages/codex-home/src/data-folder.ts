import { isAbsolute, join } from "node:path";
import { userHome } from "./cache-folder.ts";

/**
 * The folder for files that the user wants to keep: the user's data folder, by each platform's convention. A relative
 * `XDG_DATA_HOME` is ignored, as its specification says; the path is always absolute.
 */
export function dataFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  const { XDG_DATA_HOME: data, LOCALAPPDATA: local } = env;
  if (data && isAbsolute(data)) return join(data, "ktx");
  if (platform === "win32" && local && isAbsolute(local)) return join(local, "ktx", "Data");
  const home = userHome(env, platform);
  if (platform === "darwin") return join(home, "Library", "Application Support", "ktx");
  if (platform === "win32") return join(home, "AppData", "Local", "ktx", "Data");
  return join(home, ".local", "share", "ktx");
}
