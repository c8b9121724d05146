import { type IsolationMode, prepareHost, SignInError, type SignInProblem } from "@ktx/codex-home";
import { findCodex } from "./find-codex.ts";
import type { InspectCodexOptions } from "./inspect-options.ts";
import { describeCommandError, runCodexCommand } from "./run-codex-command.ts";

/** The sign-in of Codex, as a run finds it. Never holds any part of a key. */
export type SignIn =
  | { readonly state: "chatgpt" }
  /** An API key that `codex login` stored. */
  | { readonly state: "api-key" }
  /** An API key in a variable that `codex exec` reads by itself; it wins over a stored sign-in. */
  | { readonly state: "environment-key"; readonly variable: string }
  | { readonly state: "signed-out" }
  /** A sign-in may exist, but a run cannot use it. `reason` is a sentence, or a short phrase. */
  | {
      readonly state: "unreadable";
      readonly reason: string;
      /** Absent where Codex itself reports the reason. */
      readonly problem?: Exclude<SignInProblem, "not-signed-in">;
    };

export interface ReadSignInOptions extends InspectCodexOptions {
  /** The isolation of the intended run, which must be able to see the sign-in. @default "strict" */
  readonly isolation?: IsolationMode;
}

/**
 * Runs `codex login status` with the binary, environment and Codex home of a run, so that both see the same
 * sign-in. Free, 15 to 45 ms, no network. Rejects only on abort.
 */
export async function readSignIn(options: ReadSignInOptions = {}): Promise<SignIn> {
  const env = options.env ?? process.env;
  // `codex login status` ignores it (measured on 0.163.0), `codex exec` does not.
  if (env[keyVariable]?.trim()) return { state: "environment-key", variable: keyVariable };
  try {
    return await askCodex(options, { ...env, [keyVariable]: undefined });
  } catch (error) {
    options.abortSignal?.throwIfAborted();
    if (error instanceof SignInError)
      return error.code === "not-signed-in"
        ? { state: "signed-out" }
        : { state: "unreadable", reason: error.facts, problem: error.code };
    return { state: "unreadable", reason: describeCommandError(error) };
  }
}

const keyVariable = "CODEX_API_KEY";

/** A home has a catalog; no model is asked. */
const anyModel = "gpt-5.5";

async function askCodex(
  options: ReadSignInOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<SignIn> {
  const codexPath = findCodex(options);
  await using host = await prepareHost({
    isolation: options.isolation ?? "strict",
    codexPath,
    models: [anyModel],
    projectDir: process.cwd(),
    ownDirectory: false,
    env,
    platform: process.platform,
    endpoint: { usesAccount: true },
    ...(options.abortSignal && { signal: options.abortSignal }),
  });
  const { exitCode, stdout, stderr } = await runCodexCommand({
    codexPath,
    args: ["login", "status"],
    env: host.env,
    ...(options.abortSignal && { signal: options.abortSignal }),
  });
  return parseLoginStatus(`${stdout}\n${stderr}`, exitCode);
}

/** The meaning of the output of `codex login status` (0.163.0), which shows a part of a stored key. */
export function parseLoginStatus(output: string, exitCode: number): SignIn {
  const method = /^Logged in using (.+)$/m.exec(output)?.[1];
  // Besides ChatGPT, tokens of a ChatGPT workspace sign in; besides API keys, those of a cloud.
  if (method !== undefined) return { state: /\bkeys?\b/i.test(method) ? "api-key" : "chatgpt" };
  if (/^Not logged in/m.test(output)) return { state: "signed-out" };
  const reason = /^Error checking login status: (.+)$/m.exec(output)?.[1];
  return {
    state: "unreadable",
    // An error about the file's content may quote it.
    reason:
      reason?.replaceAll(/["`].*["`]/g, "…") ??
      `\`login status\` of Codex ends with exit code ${exitCode}`,
  };
}
