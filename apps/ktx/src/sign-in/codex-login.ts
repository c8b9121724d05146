import { spawn } from "node:child_process";
import { readCodexVersion } from "@ktx/codex-runtime";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";

export interface SignInInput {
  readonly action: "login" | "logout";
  /** True to sign in with a code on another device. */
  readonly deviceAuth?: boolean | undefined;
  /** True to read an API key from stdin. */
  readonly withApiKey?: boolean | undefined;
}

/**
 * Runs `codex login` or `codex logout` of the Codex that ktx brings along, in this terminal. The key and the browser
 * are between the user and Codex.
 *
 * @throws {CliError} where there is no Codex, or it did not do it; the signal's reason when the user interrupts.
 */
export async function signIn(
  { action, deviceAuth, withApiKey }: SignInInput,
  { env, signal }: Pick<CliIo, "env" | "signal">,
): Promise<void> {
  const codex = await readCodexVersion({ env, abortSignal: signal });
  if (codex.state !== "found")
    throw new CliError({
      what: "There is no Codex that can be started.",
      why: codex.state === "not-found" ? codex.searched.join(" ") : codex.reason,
      next: "Reinstall ktx with its optional dependencies, then run the command again.",
      exitCode: exitCodes.failed,
    });
  const args = [
    action,
    ...(deviceAuth === true ? ["--device-auth"] : []),
    ...(withApiKey === true ? ["--with-api-key"] : []),
  ];
  const exitCode = await runInTerminal(codex.path, args, { env, signal });
  signal.throwIfAborted();
  if (exitCode === 0) return;
  throw new CliError({
    what: `\`codex ${action}\` ended with ${exitCode === null ? "a signal" : `exit code ${exitCode}`}.`,
    next:
      action === "logout"
        ? "Read its message above."
        : "Read its message above, and run `ktx login` again. Without a browser: `ktx login --device-auth`.",
    exitCode: exitCodes.failed,
  });
}

/** Settles once the process is gone. A Ctrl-C reaches it from the terminal; any other end of ktx ends it, too. */
function runInTerminal(
  path: string,
  args: readonly string[],
  { env, signal }: Pick<CliIo, "env" | "signal">,
): Promise<number | null> {
  const child = spawn(path, args, { stdio: "inherit", env: { ...env } });
  const end = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  return new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  }).finally(() => signal.removeEventListener("abort", end));
}
