import { spawn } from "node:child_process";
import { readCodexVersion } from "@ktx/codex-runtime";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { plain, wrapText } from "../render/layout.ts";
import { textWidth } from "../render/text-width.ts";
import { printText } from "../terminal/print.ts";
import { describeMissingCodex } from "./describe-missing-codex.ts";
import { keepSignIn } from "./keep-sign-in.ts";

export interface SignInInput {
  readonly action: "login" | "logout";
  /** True to sign in with a code on another device. */
  readonly deviceAuth?: boolean | undefined;
  /** True to read an API key from stdin; a text is the key itself. */
  readonly withApiKey?: boolean | string | undefined;
}

/**
 * Runs `codex login` or `codex logout` of the Codex that ktx brings along, in this terminal. The key and the browser
 * are between the user and Codex.
 *
 * @throws {CliError} where there is no Codex, or it did not do it; the signal's reason when the user interrupts.
 */
export async function signIn(
  { action, deviceAuth, withApiKey }: SignInInput,
  { env, signal, stderr }: Pick<CliIo, "env" | "signal" | "stderr">,
): Promise<void> {
  const codex = await readCodexVersion({ env, abortSignal: signal });
  if (codex.state !== "found") throw new CliError(describeMissingCodex(codex));
  const args = [
    action,
    ...(deviceAuth === true ? ["--device-auth"] : []),
    ...(withApiKey === undefined || withApiKey === false ? [] : ["--with-api-key"]),
  ];
  if (action === "login" && args.length === 1)
    printText(stderr, `${wrapText(plain(otherWay), textWidth(stderr))}\n`);
  const key = typeof withApiKey === "string" ? withApiKey : undefined;
  const run = (): Promise<number | null> => runInTerminal(codex.path, args, { env, signal, key });
  const exitCode = await (action === "logout" ? run() : keepSignIn(env, run));
  // The terminal has shown `^C`.
  if (signal.aborted && stderr.isTTY === true) stderr.write("\n");
  signal.throwIfAborted();
  if (exitCode === 0) return;
  throw new CliError({
    what: `The ${action} of Codex ended with ${exitCode === null ? "a signal" : `exit code ${exitCode}`}.`,
    next: action === "logout" ? "Read its message above." : adviseLogin(deviceAuth, withApiKey),
    exitCode: exitCodes.failed,
  });
}

/** Codex names its own command for it, which a user of ktx need not have. */
const otherWay =
  "Codex signs in with a browser on this machine. On a remote machine, press Ctrl-C and run `ktx login --device-auth`, which Codex calls `codex login --device-auth`.";

/** The ways that were not tried. */
function adviseLogin(
  deviceAuth: SignInInput["deviceAuth"],
  withApiKey: SignInInput["withApiKey"],
): string {
  const again = "Read its message above, and try again.";
  if (withApiKey !== undefined && withApiKey !== false)
    return "Read its message above. Give a key on stdin: printenv OPENAI_API_KEY | ktx login --with-api-key";
  return deviceAuth === true
    ? `${again} With an API key: ktx login --with-api-key`
    : `${again} Without a browser here: ktx login --device-auth`;
}

interface Surroundings extends Pick<CliIo, "env" | "signal"> {
  /** The text of stdin, in place of the user's. */
  readonly key: string | undefined;
}

/**
 * Settles once the process is gone. A Ctrl-C reaches it from the terminal; any other end of ktx ends it, too. Its
 * stdout goes to stderr, since stdout is for the result of ktx.
 */
function runInTerminal(
  path: string,
  args: readonly string[],
  { env, signal, key }: Surroundings,
): Promise<number | null> {
  const stdin = key === undefined ? "inherit" : "pipe";
  const child = spawn(path, args, { stdio: [stdin, 2, 2], env: { ...env } });
  // Codex may end before it has read the key.
  child.stdin?.on("error", () => {});
  child.stdin?.end(`${key}\n`);
  const end = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  return new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  }).finally(() => signal.removeEventListener("abort", end));
}
