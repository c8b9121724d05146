import { spawn } from "node:child_process";
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { CliError } from "../cli-error.ts";
import { exitCodes } from "../exit-code.ts";

/**
 * Shows a file in the user's browser: with the program of the variable BROWSER, or that of the system.
 *
 * @throws {CliError} where that program cannot start.
 */
export async function openInBrowser(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Promise<void> {
  const [program, ...args] = browserOf(env, platform);
  const child = spawn(program, [...args, pathToFileURL(path).href], {
    stdio: "ignore",
    detached: true,
    env: { ...env },
  });
  try {
    await once(child, "spawn");
  } catch (error) {
    throw new CliError(
      {
        what: `The report is written, and ${program} cannot open it.`,
        next: `Open it in a browser: ${path}`,
        exitCode: exitCodes.failed,
      },
      { cause: error },
    );
  }
  child.unref();
}

/** The program and its arguments before the address. Pure. */
function browserOf(
  { BROWSER }: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): readonly [program: string, ...args: string[]] {
  if (BROWSER !== undefined && BROWSER !== "") return [BROWSER];
  if (platform === "darwin") return ["open"];
  // `start` is a command of cmd; explorer opens an address in the browser as well.
  return platform === "win32" ? ["explorer.exe"] : ["xdg-open"];
}
