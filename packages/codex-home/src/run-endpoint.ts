/** The service of a run, by its configuration. */
export interface RunEndpoint {
  /** Absent for the built-in service of OpenAI. */
  readonly baseUrl?: string;
  /** True when the run authenticates as the user's account, not by a key and not anonymously. */
  readonly usesAccount: boolean;
  /** The variable that holds the key of a custom service; `CODEX_API_KEY` where it takes the key of the account. */
  readonly keyVariable?: string;
}

/**
 * Reads the endpoint from a run's configuration. Pure.
 *
 * `CODEX_API_KEY` wins over a sign-in in `codex exec`, so a run that has one needs no account.
 */
export function findRunEndpoint(
  config: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
): RunEndpoint {
  const hasKey = Boolean(env["CODEX_API_KEY"]);
  const id = config["model_provider"];
  const providers = asRecord(config["model_providers"]);
  const provider = typeof id === "string" ? asRecord(providers?.[id]) : undefined;
  if (provider === undefined) return { usesAccount: !hasKey };
  const baseUrl = provider["base_url"];
  const takesAccount = provider["requires_openai_auth"] === true;
  const keyVariable = takesAccount && hasKey ? "CODEX_API_KEY" : provider["env_key"];
  return {
    ...(typeof baseUrl === "string" && { baseUrl }),
    usesAccount: takesAccount && !hasKey,
    ...(typeof keyVariable === "string" && { keyVariable }),
  };
}

/** True for plain HTTP to this machine, which uses no certificate. */
export function isPlainLoopback(baseUrl: string): boolean {
  if (!URL.canParse(baseUrl)) return false;
  const { protocol, hostname } = new URL(baseUrl);
  return (
    protocol === "http:" &&
    (hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d+){3}$/.test(hostname))
  );
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? { ...value }
    : undefined;
}
