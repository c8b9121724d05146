import { findRunEndpoint } from "@ktx/codex-home";
import { checkKeys, keyVariables, trimKeys } from "./key-variables.ts";
import { findSecrets, Redactor } from "@ktx/redact";

/** The secrets of a launch. */
export interface LaunchSecrets {
  /** The environment with its keys as they are to be used. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The variables whose keys had white space around them. */
  readonly trimmed: readonly string[];
  /** Takes out the keys, the passwords of proxies, and the token of the tools. */
  readonly redactor: Redactor;
  /** @throws {CodexError} of kind `auth` for a key that HTTP cannot carry. */
  check(): void;
}

/** Pure. */
export function readLaunchSecrets(
  environment: Readonly<Record<string, string | undefined>>,
  config: Readonly<Record<string, unknown>>,
  tokens: readonly string[],
): LaunchSecrets {
  const { keyVariable } = findRunEndpoint(config, environment);
  const names = keyVariables(keyVariable);
  const { env, trimmed } = trimKeys(environment, names);
  return {
    env,
    trimmed,
    redactor: new Redactor([...findSecrets(env, names), ...tokens]),
    check: () => checkKeys(env, [keyVariable ?? "CODEX_API_KEY"]),
  };
}
