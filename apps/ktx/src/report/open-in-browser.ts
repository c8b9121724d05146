import { spawn } from "node:child_process";
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { splitCommand } from "../agent/split-command.ts";

/**
 * Shows a file in the user's browser: with the command of the variable BROWSER, or that of the system.
 *
 * @returns the reason where that program cannot start, as on a machine without a browser.
 */
export async function openInBrowser(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const [program, ...args] = browserOf(pathToFileURL(path).href, env, platform);
  const child = spawn(program, args, { stdio: "ignore", detached: true, env: { ...env } });
  try {
    await once(child, "spawn");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `${program} cannot start: ${why}.`;
  }
  child.unref();
  return undefined;
}

/** The program and its arguments. In BROWSER, `%s` is the place of the address, or it comes last. Pure. */
function browserOf(
  address: string,
  { BROWSER = "" }: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): readonly [program: string, ...args: string[]] {
  const [program, ...args] = splitCommand(BROWSER) ?? [];
  if (program !== undefined && program !== "")
    return args.some((arg) => arg.includes("%s"))
      ? [program, ...args.map((arg) => arg.replaceAll("%s", () => address))]
      : [program, ...args, address];
  if (platform === "darwin") return ["open", address];
  // `start` is a command of cmd; explorer opens an address in the browser as well.
  return [platform === "win32" ? "explorer.exe" : "xdg-open", address];
}
