import type { CodexRuntimeOptions } from "@ktx/codex-runtime";
import {
  describeProblem,
  refuseModel,
  type ResolvedConfig,
  resolveConfig,
  type WrittenConfig,
} from "@ktx/config";
import { usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import type { Project } from "./read-project.ts";

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
  readonly project: Project;
  readonly flags: LlmFlags;
  readonly env: CliIo["env"];
  /** The command that needs a model, as its refusal names it. */
  readonly command: string;
}

/** The part of a resolved config that says how to run Codex. */
export type CodexConfig = Extract<ResolvedConfig["llm"], { readonly backend: "codex" }>;

/**
 * What a run on a model is started with, from the project's file and the command line. Pure.
 *
 * @throws {CliError} when the file is broken, no model is configured, or the key's variable is not set.
 */
export function resolveLlm({ project, flags, env, command }: ResolveLlmInput): LlmOptions {
  const written = withFlags(readWritten(project, flags), flags);
  const options = resolveWrittenLlm(written, { env, command });
  // A model that the command line names is meant for this run, whatever its role.
  return flags.model === undefined ? options : { ...options, modelSlots: { default: flags.model } };
}

/**
 * What a run on a model is started with, from what a `ktx.yaml` may say. Pure.
 *
 * @throws {CliError} when no model is configured, or the key's variable is not set.
 */
export function resolveWrittenLlm(
  written: WrittenConfig,
  { env, command }: Pick<ResolveLlmInput, "env" | "command">,
): LlmOptions {
  const { config, problems } = resolveConfig(written);
  // The file alone is sound, so what is wrong now is what the command line says.
  if (config === undefined)
    throw usageError(problems.map(({ message }) => `--model: ${message}`).join("\n"), {
      next: "Name a model that `ktx models` lists, or its service with --endpoint.",
    });
  if (config.llm.backend === "none") {
    const { message, nextSteps } = refuseModel(command);
    throw usageError(message, { next: [...nextSteps, "Or name a model with --model."].join("\n") });
  }
  const { auth } = config.llm.codex;
  if (auth.kind === "api-key" && !env[auth.apiKeyEnv])
    throw usageError(
      `The environment variable ${auth.apiKeyEnv} is to hold the API key, and is not set.`,
      {
        next: `Set ${auth.apiKeyEnv}, or name another variable with --api-key-env or in ktx.yaml.`,
      },
    );
  return buildLlmOptions(config.llm, env);
}

/** How the runtime is to be started for a config. Keys go by their variables' names; one that is not set is not sent. */
export function buildLlmOptions({ codex, models }: CodexConfig, env: CliIo["env"]): LlmOptions {
  const { auth, endpoint, isolation } = codex;
  const key = auth.kind === "api-key" ? env[auth.apiKeyEnv] : undefined;
  if (endpoint === undefined)
    return {
      modelSlots: models,
      isolation,
      // Codex itself takes a key for OpenAI from this variable, and from no other.
      env: key === undefined ? { ...env } : { ...env, CODEX_API_KEY: key },
    };
  const { baseUrl, apiKeyEnv } = endpoint;
  return {
    modelSlots: models,
    isolation,
    env: { ...env },
    endpoint: { baseUrl, ...(apiKeyEnv !== undefined && { apiKeyEnv }) },
  };
}

/** The file's own text, unless something in it makes it unusable that the flags do not mend. */
function readWritten({ discovery, reading }: Project, { model }: LlmFlags): WrittenConfig {
  if (!discovery.found) return {};
  const errors = reading.problems.filter(
    ({ severity, code }) =>
      severity === "error" && (model === undefined || code !== "missing-default-model"),
  );
  if (errors.length > 0)
    throw usageError("ktx.yaml can not be used.", {
      why: errors.map(describeProblem).join("\n"),
      next: "Correct the file; `ktx config check` looks at it again.",
    });
  return reading.written ?? {};
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
