import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, signInHome, userHome } from "./cache-folder.ts";
import { dataFolder } from "./data-folder.ts";
import { childEnvironment } from "./child-environment.ts";
import { machineFolder } from "./administrator-settings.ts";
import type { PrepareHostInput } from "./prepare-host.ts";
import { isPlainLoopback } from "./run-endpoint.ts";

/**
 * A hash of all that makes one prepared host differ from another, but for its models: two inputs with the same key
 * may share a process. A new sign-in gives another key. It reveals no secret.
 */
export async function hostKey(input: Omit<PrepareHostInput, "models" | "signal">): Promise<string> {
  const { env, platform, isolation, endpoint, ownDirectory, projectDir } = input;
  const allow = input.allowEnv === undefined ? {} : { allow: input.allowEnv };
  const signIn = endpoint.usesAccount ? await signInMark(signInHome(env, platform)) : "";
  const parts = {
    isolation,
    codexPath: input.codexPath,
    folder: isolation === "host" || ownDirectory ? projectDir : "",
    env: childEnvironment({ env, platform, ...allow }),
    homes: [
      cacheFolder(env, platform),
      input.keepsThreads ? dataFolder(env, platform) : "",
      input.keepsThreads ? (endpoint.baseUrl ?? "") : "",
      userHome(env, platform),
      signInHome(env, platform),
      machineFolder(env, platform),
    ],
    usesAccount: endpoint.usesAccount,
    isLocal: endpoint.baseUrl !== undefined && isPlainLoopback(endpoint.baseUrl),
    signIn,
    // A process without a sign-in runs no turn.
    isIdle: endpoint.usesAccount && signIn === "" && input.keepsThreads === "idle",
  };
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** Changes with the file of the sign-in; empty without one. */
async function signInMark(home: string): Promise<string> {
  const file = await stat(join(home, "auth.json")).catch(() => undefined);
  return file === undefined ? "" : `${file.ino} ${file.mtimeMs} ${file.size}`;
}
