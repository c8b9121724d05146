import type { CodexRuntimeOptions } from "@ktx/codex-runtime";
import {
  describeProblem,
  refuseModel,
  setupStep,
  type ResolvedConfig,
  resolveConfig,
  type WrittenConfig,
} from "@ktx/config";
import { type AdviceScene, adviceScene, type GivenByFlag, nextStep } from "../advice/next-step.ts";
import { usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { describeNameProblem } from "../setup/check-answers.ts";
import { trimBaseUrl } from "../setup/probe-endpoint.ts";
import type { Project } from "./read-project.ts";

/** The model flags of a command line; they override `ktx.yaml` for this run. */
export interface LlmFlags {
  readonly model?: string | undefined;
  readonly effort?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly apiKeyEnv?: string | undefined;
}

/** The model, service and account of a run. */
export type LlmOptions = Required<Pick<CodexRuntimeOptions, "modelSlots" | "isolation" | "env">> &
  Pick<CodexRuntimeOptions, "endpoint" | "reasoningEffort"> & {
    /** The account, for the advice after a failure; no option of the runtime. */
    readonly scene: AdviceScene;
  };

export interface ResolveLlmInput {
  readonly project: Project;
  readonly flags: LlmFlags;
  readonly env: CliIo["env"];
  /** The command that needs a model, as its refusal names it. */
  readonly command: string;
  /** True where a person may be asked: the advice is what one types. */
  readonly isInteractive: boolean;
}

/** The part of a resolved config that configures Codex. */
export type CodexConfig = Extract<ResolvedConfig["llm"], { readonly backend: "codex" }>;

/**
 * The model options of a run, from the project's file and the command line. Pure.
 *
 * @throws {CliError} for an invalid file, a missing model, or a key whose variable is not set.
 */
export function resolveLlm({
  project,
  flags,
  env,
  command,
  isInteractive,
}: ResolveLlmInput): LlmOptions {
  const written = withFlags(readWritten(project, flags), flags);
  const given = givenBy(flags);
  const setup = isInteractive ? setupStep(project.discovery.found, "ktx setup") : undefined;
  const hints = hintsOf(project);
  const options = resolveWrittenLlm(written, { env, command, given, hints, setup });
  // A model on the command line is for this run, whatever its role.
  return flags.model === undefined ? options : { ...options, modelSlots: { default: flags.model } };
}

/**
 * The models of a run, for what asks none of them; undefined where none is configured. Pure.
 *
 * @throws {CliError} for an invalid file or model.
 */
export function findModels({
  project,
  flags,
}: Pick<ResolveLlmInput, "project" | "flags">): LlmOptions["modelSlots"] | undefined {
  const { llm } = checkedConfig(withFlags(readWritten(project, flags), flags));
  if (llm.backend === "none") return undefined;
  return flags.model === undefined ? llm.models : { default: flags.model };
}

interface ResolveWrittenLlmInput extends Pick<ResolveLlmInput, "env" | "command"> {
  /** The reason why the file may lack a backend that its author wrote. */
  readonly hints?: string | undefined;
  /** The values that came from the command line. */
  readonly given?: GivenByFlag;
  /** The step that makes the project ready, for a person. @default that for a script */
  readonly setup?: string | undefined;
}

/**
 * The model options of a run, from the content of a `ktx.yaml`. Pure.
 *
 * @throws {CliError} for a missing model, or a key whose variable is not set.
 */
export function resolveWrittenLlm(
  written: WrittenConfig,
  { env, command, hints, setup, given = {} }: ResolveWrittenLlmInput,
): LlmOptions {
  const config = checkedConfig(written);
  if (config.llm.backend === "none") {
    const { message, nextSteps } = refuseModel(command);
    throw usageError(message, {
      ...(hints !== undefined && { why: hints }),
      next: [...(setup === undefined ? nextSteps : [setup]), "Or name a model with --model."].join(
        "\n",
      ),
    });
  }
  const { auth } = config.llm.codex;
  if (auth.kind === "api-key" && !env[auth.apiKeyEnv])
    throw usageError(`${auth.apiKeyEnv} is not set. It should contain the API key.`, {
      next: nextStep({ kind: "auth" }, { ...adviceScene(config.llm.codex, env), given }),
    });
  const options = buildLlmOptions(config.llm, env);
  return { ...options, scene: { ...options.scene, given } };
}

function givenBy({ model, endpoint, apiKeyEnv }: LlmFlags): GivenByFlag {
  return {
    model: model !== undefined,
    endpoint: endpoint !== undefined,
    apiKeyEnv: apiKeyEnv !== undefined,
  };
}

function checkedConfig(written: WrittenConfig): ResolvedConfig {
  const { config, problems } = resolveConfig(written);
  if (config !== undefined) return config;
  // The file alone is valid, so the fault is in the command line.
  throw usageError(problems.map(({ message }) => `--model: ${message}`).join("\n"), {
    next: "Name a model that `ktx models` lists, or its service with --endpoint.",
  });
}

/** The runtime options of a config. Keys go by their variables' names; a variable that is not set is not sent. */
export function buildLlmOptions(
  { codex, models, reasoningEffort }: CodexConfig,
  env: CliIo["env"],
): LlmOptions {
  const effort = reasoningEffort !== undefined && { reasoningEffort };
  const { auth, endpoint, isolation } = codex;
  const key = auth.kind === "api-key" ? env[auth.apiKeyEnv] : undefined;
  const scene = adviceScene(codex, env);
  if (endpoint === undefined)
    return {
      modelSlots: models,
      isolation,
      scene,
      ...effort,
      // Codex itself reads a key for OpenAI only from this variable.
      env: key === undefined ? { ...env } : { ...env, CODEX_API_KEY: key },
    };
  const { baseUrl, apiKeyEnv } = endpoint;
  return {
    modelSlots: models,
    isolation,
    scene,
    ...effort,
    env: { ...env },
    endpoint: { baseUrl, ...(apiKeyEnv !== undefined && { apiKeyEnv }) },
  };
}

/** The parts of the file without effect, as `ktx config check` lists them; undefined if there are no such parts. */
function hintsOf({ discovery, reading }: Project): string | undefined {
  const { problems } = reading;
  const ignored = problems.filter(({ code }) => code === "unknown-key" || code === "empty-value");
  if (!discovery.found || ignored.length === 0) return undefined;
  const more = ignored.length - mostHints;
  return [
    ...ignored.slice(0, mostHints).map(describeProblem),
    ...(more > 0 ? [`and ${more} more, which \`ktx config check\` lists`] : []),
  ].join("\n");
}

const mostHints = 5;

/** @throws {CliError} for a file with an error, for a command that reads it and needs no model. */
export function checkFile(project: Project): void {
  readWritten(project, { model: "none is needed" });
}

/** The file's own text, unless it has an error that the flags do not override. */
function readWritten(
  { discovery, reading }: Project,
  { model }: Pick<LlmFlags, "model">,
): WrittenConfig {
  if (!discovery.found) return {};
  const errors = reading.problems.filter(
    ({ severity, code }) =>
      severity === "error" && (model === undefined || code !== "missing-default-model"),
  );
  if (errors.length > 0)
    throw usageError("ktx.yaml cannot be used.", {
      why: errors.map(describeProblem).join("\n"),
      next: "Correct the file, then run `ktx config check`.",
    });
  return reading.written ?? {};
}

function withFlags(
  written: WrittenConfig,
  { model, effort, endpoint, apiKeyEnv }: LlmFlags,
): WrittenConfig {
  const { provider, models, reasoning_effort } = written.llm ?? {};
  return {
    llm: {
      reasoning_effort: effort ?? reasoning_effort,
      provider: {
        backend: model === undefined ? provider?.backend : "codex",
        codex: {
          ...provider?.codex,
          ...withService(provider?.codex, { endpoint, apiKeyEnv }),
        },
      },
      models: { ...models, ...(model !== undefined && { default: model }) },
    },
  };
}

type WrittenCodex = NonNullable<NonNullable<WrittenConfig["llm"]>["provider"]>["codex"];

/** The service of the flags. Another service gets no key of the file's; a key is for the service that the run uses. */
function withService(
  { endpoint: written }: WrittenCodex = {},
  { endpoint, apiKeyEnv }: Pick<LlmFlags, "endpoint" | "apiKeyEnv">,
): NonNullable<WrittenCodex> {
  if (apiKeyEnv !== undefined) checkName(apiKeyEnv);
  if (endpoint !== undefined) {
    const base_url = trimBaseUrl(endpoint);
    return apiKeyEnv === undefined && base_url === trimBaseUrl(written?.base_url ?? "")
      ? {}
      : { endpoint: { base_url, api_key_env: apiKeyEnv } };
  }
  if (apiKeyEnv === undefined) return {};
  return written === undefined
    ? { api_key_env: apiKeyEnv }
    : { endpoint: { ...written, api_key_env: apiKeyEnv } };
}

/** The text may be the key itself, so that it is not repeated. */
function checkName(name: string): void {
  const problem = name.trim() === "" ? "expected a name, got nothing." : describeNameProblem(name);
  if (problem !== undefined)
    throw usageError(`--api-key-env: ${problem}`, {
      next: "Put the key into a variable, and give the name of that variable.",
    });
}
