import type { CodexRuntimeOptions } from "@ktx/codex-runtime";
import {
  type CodexSettings,
  type ConfigProblem,
  type ConfigReading,
  describeModelRefusal,
  describeProblem,
  resolveConfig,
  type WrittenConfig,
} from "@ktx/config";
import { usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";

/** What a command line says about the model; it wins over `ktx.yaml`, for this run alone. */
export interface LlmFlags {
  readonly model?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly apiKeyEnv?: string | undefined;
}

/** Which model runs where, on whose account. */
export type LlmOptions = Required<Pick<CodexRuntimeOptions, "modelSlots" | "isolation" | "env">> &
  Pick<CodexRuntimeOptions, "endpoint">;

export interface ResolveLlmInput {
  /** Undefined where there is no `ktx.yaml`. */
  readonly reading: ConfigReading | undefined;
  readonly flags: LlmFlags;
  readonly env: CliIo["env"];
  /** The command that needs a model, as its refusal names it. */
  readonly command: string;
}

/**
 * What a run on a model is started with, from the project's file and the command line. Pure.
 *
 * @throws {CliError} when the file is broken, no model is configured, or the key's variable is not set.
 */
export function resolveLlm({ reading, flags, env, command }: ResolveLlmInput): LlmOptions {
  const written = readWritten(reading, flags);
  const { config, problems } = resolveConfig(withFlags(written, flags));
  // The file alone is sound, so what is wrong now is what the command line says.
  if (config === undefined)
    throw usageError(problems.map(({ message }) => `--model: ${message}`).join("\n"), {
      next: "Name a model that `ktx models` lists, or its service with --endpoint.",
    });
  if (config.llm.backend === "none") {
    const [what = "", ...next] = describeModelRefusal(command).split("\n");
    throw usageError(what, { next: [...next, "Or name a model with --model."].join("\n") });
  }
  const { codex, models } = config.llm;
  return {
    // A model that the command line names is meant for this run, whatever its role.
    modelSlots: flags.model === undefined ? models : { default: models.default },
    isolation: codex.isolation,
    ...resolveAccount(codex, env),
  };
}

/** The file's own text, unless something in it makes it unusable that the flags do not mend. */
function readWritten(reading: ConfigReading | undefined, { model }: LlmFlags): WrittenConfig {
  const errors = (reading?.problems ?? []).filter(
    ({ severity, code }) =>
      severity === "error" && (model === undefined || code !== "missing-default-model"),
  );
  if (errors.length > 0) throw brokenConfig(errors);
  return reading?.written ?? {};
}

function withFlags(
  written: WrittenConfig,
  { model, endpoint, apiKeyEnv }: LlmFlags,
): WrittenConfig {
  const { provider, models } = written.llm ?? {};
  return {
    llm: {
      provider: {
        backend: model === undefined ? provider?.backend : "codex",
        codex: {
          ...provider?.codex,
          ...(endpoint !== undefined
            ? { endpoint: { base_url: endpoint, api_key_env: apiKeyEnv } }
            : apiKeyEnv !== undefined && { api_key_env: apiKeyEnv }),
        },
      },
      models: { ...models, ...(model !== undefined && { default: model }) },
    },
  };
}

/** Keys go by the name of their variable; Codex itself takes one for OpenAI from `CODEX_API_KEY`. */
function resolveAccount(
  { auth, endpoint }: CodexSettings,
  env: CliIo["env"],
): Pick<LlmOptions, "env" | "endpoint"> {
  const key = auth.kind === "api-key" ? env[auth.apiKeyEnv] : undefined;
  if (auth.kind === "api-key" && !key)
    throw usageError(
      `The environment variable ${auth.apiKeyEnv} is to hold the API key, and is not set.`,
      {
        next: `Set ${auth.apiKeyEnv}, or name another variable with --api-key-env or in ktx.yaml.`,
      },
    );
  if (endpoint === undefined)
    return { env: key === undefined ? { ...env } : { ...env, CODEX_API_KEY: key } };
  const { baseUrl, apiKeyEnv } = endpoint;
  return { env: { ...env }, endpoint: { baseUrl, ...(apiKeyEnv !== undefined && { apiKeyEnv }) } };
}

function brokenConfig(problems: readonly ConfigProblem[]): Error {
  return usageError("ktx.yaml can not be used.", {
    why: problems.map(describeProblem).join("\n"),
    next: "Correct the file; `ktx config check` looks at it again.",
  });
}
