import type { ConfigChanges, IsolationMode, LlmBackend, WrittenConfig } from "@ktx/config";
import type { Access } from "./access.ts";

/** The answers to the questions of setup. An answer that is undefined leaves the file's value. */
export interface SetupAnswers {
  readonly backend: LlmBackend;
  readonly access?: Access | undefined;
  /** The id or alias of `llm.models.default`; not asked for without a backend. */
  readonly model?: string | undefined;
  readonly isolation?: IsolationMode | undefined;
  /** The value of `llm.reasoning_effort`; never asked for. */
  readonly effort?: string | undefined;
}

type CodexChanges = NonNullable<
  NonNullable<NonNullable<ConfigChanges["llm"]>["provider"]>["codex"]
>;

/** The changes of `ktx.yaml` for these answers; all other keys stay. Pure. */
export function buildChanges(
  { backend, access, model, isolation, effort }: SetupAnswers,
  written: WrittenConfig | undefined,
): ConfigChanges {
  const current = written?.llm?.provider?.codex;
  // The default is not written into a file that does not mention it.
  const changesIsolation =
    isolation !== undefined && (current?.isolation !== undefined || isolation !== "strict");
  const codex: CodexChanges = {
    ...(changesIsolation && { isolation }),
    ...(access !== undefined && changeAccess(access, current)),
  };
  return {
    llm: {
      provider: { backend, ...(Object.keys(codex).length > 0 && { codex }) },
      ...(backend !== "none" && model !== undefined && { models: { default: model } }),
      ...(backend !== "none" && effort !== undefined && { reasoning_effort: effort }),
    },
  };
}

/** The keys of another access are removed: a key beside an endpoint would have no effect. */
function changeAccess(
  access: Access,
  current: NonNullable<NonNullable<WrittenConfig["llm"]>["provider"]>["codex"],
): CodexChanges {
  const withoutKey = current?.api_key_env !== undefined && { api_key_env: null };
  const withoutEndpoint = current?.endpoint !== undefined && { endpoint: null };
  switch (access.kind) {
    case "session":
      return { ...withoutKey, ...withoutEndpoint };
    case "api-key":
      return { api_key_env: access.apiKeyEnv, ...withoutEndpoint };
    case "endpoint": {
      const { baseUrl, apiKeyEnv } = access;
      const key = apiKeyEnv ?? (current?.endpoint?.api_key_env === undefined ? undefined : null);
      return {
        ...withoutKey,
        endpoint: { base_url: baseUrl, ...(key !== undefined && { api_key_env: key }) },
      };
    }
    default:
      return access satisfies never;
  }
}

/** The content of the file after these answers, for a turn before anything is written. Pure. */
export function withAnswers(
  written: WrittenConfig | undefined,
  { backend, access, model, isolation, effort }: SetupAnswers,
): WrittenConfig {
  const { provider, models, reasoning_effort } = written?.llm ?? {};
  const current = provider?.codex;
  return {
    llm: {
      provider: {
        backend,
        codex: {
          isolation: isolation ?? current?.isolation,
          ...(access === undefined
            ? { api_key_env: current?.api_key_env, endpoint: current?.endpoint }
            : writtenAccess(access)),
        },
      },
      models: { ...models, default: model ?? models?.default },
      reasoning_effort: effort ?? reasoning_effort,
    },
  };
}

function writtenAccess(
  access: Access,
): Pick<
  NonNullable<NonNullable<NonNullable<WrittenConfig["llm"]>["provider"]>["codex"]>,
  "api_key_env" | "endpoint"
> {
  if (access.kind === "endpoint")
    return { endpoint: { base_url: access.baseUrl, api_key_env: access.apiKeyEnv } };
  return access.kind === "api-key" ? { api_key_env: access.apiKeyEnv } : {};
}
