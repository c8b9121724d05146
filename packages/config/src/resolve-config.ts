import type { ConfigProblem, ConfigSource } from "./config-problem.ts";
import { describeValue } from "./describe-value.ts";
import { nearestName } from "./nearest-name.ts";
import {
  modelRoles,
  type IsolationMode,
  type ModelRole,
  type WrittenCodex,
  type WrittenConfig,
} from "./config-schema.ts";

/** The config for programs, with all defaults filled in and a model for every role. */
export interface ResolvedConfig {
  readonly llm:
    | { readonly backend: "none" }
    | {
        readonly backend: "codex";
        readonly codex: CodexSettings;
        readonly models: ResolvedModels;
        /** As written. Undefined: the model's own default. */
        readonly reasoningEffort?: string;
      };
}

/** Role to model id as written, from the role's own slot or from `default`. */
export type ResolvedModels = Readonly<Record<ModelRole, string>> & Readonly<Record<string, string>>;

export interface CodexSettings {
  /** @default "strict" */
  readonly isolation: IsolationMode;
  /** The account of the model calls. With an endpoint: `none`, or that endpoint's own key. */
  readonly auth:
    | { readonly kind: "session" }
    | { readonly kind: "api-key"; readonly apiKeyEnv: string }
    | { readonly kind: "none" };
  /** Undefined: OpenAI's own service. */
  readonly endpoint:
    | { readonly baseUrl: string; readonly apiKeyEnv: string | undefined }
    | undefined;
}

/**
 * Applies defaults and checks how fields fit together. Pure. There is no config when a problem is an
 * error; in particular, a backend without a model gets no default model.
 *
 * @param source the place of the config, for the positions of problems; default: line 1 of `ktx.yaml`.
 */
export function resolveConfig(
  written: WrittenConfig,
  source: ConfigSource = startOfFile,
): { config: ResolvedConfig | undefined; problems: readonly ConfigProblem[] } {
  const backend = written.llm?.provider?.backend ?? "none";
  if (backend === "none") return { config: { llm: { backend } }, problems: [] };

  const codex = written.llm?.provider?.codex;
  const reasoningEffort = written.llm?.reasoning_effort;
  const slots = written.llm?.models ?? {};
  const roles = [...new Set<string>([...modelRoles, ...Object.keys(slots)])];
  const problems = [
    ...unusedKey(codex, source),
    ...roles.flatMap((role) => checkModel(role, slots, codex, source)),
  ];
  if (slots.default === undefined || problems.some(({ severity }) => severity === "error"))
    return { config: undefined, problems };
  return {
    config: {
      llm: {
        backend,
        codex: resolveCodexSettings(codex),
        models: resolveModels({ ...slots, default: slots.default }),
        ...(reasoningEffort !== undefined && { reasoningEffort }),
      },
    },
    problems,
  };
}

export function resolveCodexSettings(codex: WrittenCodex = {}): CodexSettings {
  const endpoint = codex.endpoint && {
    baseUrl: codex.endpoint.base_url,
    apiKeyEnv: codex.endpoint.api_key_env,
  };
  const apiKeyEnv = endpoint ? endpoint.apiKeyEnv : codex.api_key_env;
  const withoutKey = endpoint ? "none" : "session";
  return {
    isolation: codex.isolation ?? "strict",
    auth: apiKeyEnv === undefined ? { kind: withoutKey } : { kind: "api-key", apiKeyEnv },
    endpoint,
  };
}

function resolveModels(
  slots: { default: string } & Readonly<Record<string, string | undefined>>,
): ResolvedModels {
  const modelOf = (role: ModelRole): string => slots[role] ?? slots.default;
  const further = Object.entries(slots).filter(
    (slot): slot is [string, string] => slot[1] !== undefined,
  );
  return {
    default: slots.default,
    triage: modelOf("triage"),
    candidateExtraction: modelOf("candidateExtraction"),
    curator: modelOf("curator"),
    reconcile: modelOf("reconcile"),
    repair: modelOf("repair"),
    ...Object.fromEntries(further),
  };
}

function checkModel(
  role: string,
  slots: Readonly<Record<string, string | undefined>>,
  codex: WrittenCodex | undefined,
  source: ConfigSource,
): ConfigProblem[] {
  const model = Object.hasOwn(slots, role) ? slots[role] : undefined;
  const path = ["llm", "models", role];
  const place = { file: source.file, path, ...source.locate(path, "value") };
  if (model === undefined) {
    if (role !== "default") return [];
    return [
      {
        ...place,
        severity: "error",
        code: "missing-default-model",
        message: "expected a model id, because backend is codex, got nothing",
        fix: suggestDefault(Object.keys(slots)),
      },
    ];
  }
  if (codex?.endpoint === undefined && !codexModel.test(model))
    return [
      {
        ...place,
        severity: "error",
        code: "unsupported-model",
        message: `expected codex, default, gpt-* or codex-*, got ${describeValue(model)}`,
        fix: `Set ${path.join(".")} to a model that \`ktx models\` lists, or name the service that serves this one in llm.provider.codex.endpoint.`,
      },
    ];
  if (model === "default" && role !== "default")
    return [
      {
        ...place,
        severity: "warning",
        code: "misleading-alias",
        message:
          "expected a model id, got `default`, which means Codex's default model and not llm.models.default",
        fix: `Remove ${path.join(".")} to use llm.models.default.`,
      },
    ];
  return [];
}

/** Any name is a role, so a mistyped `default` is reported where `default` is missing. */
function suggestDefault(roles: readonly string[]): string {
  const mistyped = roles.find((role) => nearestName(role, ["default"]) !== undefined);
  return mistyped === undefined
    ? "Set llm.models.default to a model that `ktx models` lists."
    : `Did you mean \`default\` by \`${mistyped}\`?`;
}

/** An endpoint has its own model names; without one, these are the names that Codex accepts. */
const codexModel = /^(?:codex|default|(?:gpt|codex)-.+)$/;

/** A key for OpenAI is not sent to another service. */
function unusedKey(codex: WrittenCodex | undefined, source: ConfigSource): ConfigProblem[] {
  if (codex?.endpoint === undefined || codex.api_key_env === undefined) return [];
  const path = ["llm", "provider", "codex", "api_key_env"];
  return [
    {
      severity: "warning",
      code: "unused-key",
      file: source.file,
      path,
      ...source.locate(path, "key"),
      message: "expected the endpoint's key under endpoint, got one beside it, which is not sent",
      fix: "Move it to llm.provider.codex.endpoint.api_key_env, or remove it.",
    },
  ];
}

const startOfFile: ConfigSource = { file: "ktx.yaml", locate: () => ({ line: 1, column: 1 }) };
