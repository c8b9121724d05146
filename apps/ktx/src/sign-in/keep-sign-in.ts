import { readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { CliIo } from "../cli-io.ts";

/**
 * Runs a login, and puts the stored sign-in back where the login failed and left none. Codex removes it when a login
 * begins (measured on 0.163.0), so that an interrupted one would sign the user out.
 *
 * @param login settles with its exit code; 0 is a login that was done.
 */
export async function keepSignIn(
  env: CliIo["env"],
  login: () => Promise<number | null>,
): Promise<number | null> {
  const file = join(env["CODEX_HOME"] || join(env["HOME"] || homedir(), ".codex"), "auth.json");
  const before = await readFile(file).catch(() => undefined);
  const exitCode = await login();
  // `wx`: a sign-in that is there stays.
  if (exitCode !== 0 && before !== undefined)
    await writeFile(file, before, { flag: "wx", mode: 0o600 }).catch(() => {});
  return exitCode;
}
