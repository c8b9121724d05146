import { findRunEndpoint } from "@ktx/codex-home";
import type { AppServer } from "./app-server.ts";

/** The sign-in of an app-server with the key of `CODEX_API_KEY`, a variable that it does not read (0.163.0). */
export interface KeySignIn {
  /** Settings that keep the key in the memory of the process; Codex otherwise writes it over the user's sign-in. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Sends the key, on standard input, before a thread is started. */
  signIn(server: AppServer): Promise<void>;
}

/** Undefined where the threads have no such key, or authenticate in another way. */
export function findKeySignIn(
  config: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>>,
): KeySignIn | undefined {
  const apiKey = env["CODEX_API_KEY"];
  if (!apiKey || !findRunEndpoint(config, {}).usesAccount) return undefined;
  return {
    settings: { cli_auth_credentials_store: "ephemeral" },
    signIn: async (server) => {
      await server.request("account/login/start", { type: "apiKey", apiKey });
    },
  };
}
