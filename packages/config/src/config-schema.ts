import { z } from "zod";

/** The valid values of `llm.provider.backend`. With `none`, no command may use a model. */
export const llmBackends = ["none", "codex"] as const;
export type LlmBackend = (typeof llmBackends)[number];

/** `strict`: nothing of the user's own Codex configuration reaches the model. `host`: all of it applies. */
export const isolationModes = ["strict", "host"] as const;
export type IsolationMode = (typeof isolationModes)[number];

/** The roles that ktx itself names; any other name is a role, too. A role without a slot uses `default`. */
export const modelRoles = [
  "default",
  "triage",
  "candidateExtraction",
  "curator",
  "reconcile",
  "repair",
] as const;
export type ModelRole = (typeof modelRoles)[number];

/** `ktx.yaml` as a person writes it: snake_case, everything optional, nothing defaulted. */
export interface WrittenConfig {
  llm?: WrittenLlm | undefined;
  batch?: WrittenBatch | undefined;
}

interface WrittenBatch {
  /** Name of the environment variable that holds the URL of a Postgres database. */
  store?: string | undefined;
}

interface WrittenLlm {
  provider?: WrittenProvider | undefined;
  models?: { [role: string]: string | undefined } | undefined;
  reasoning_effort?: string | undefined;
}

interface WrittenProvider {
  backend?: LlmBackend | undefined;
  codex?: WrittenCodex | undefined;
}

export interface WrittenCodex {
  isolation?: IsolationMode | undefined;
  api_key_env?: string | undefined;
  endpoint?: WrittenEndpoint | undefined;
}

interface WrittenEndpoint {
  base_url: string;
  api_key_env?: string | undefined;
}

/**
 * A variable's name, and no text that may be the key itself: no `sk-…`, no long hexadecimal number,
 * no long mix of cases and digits.
 */
const variableName =
  /^(?!sk[-_])(?![0-9A-Fa-f]{24,}$)(?!(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9]).{20,}$)[A-Za-z_][A-Za-z0-9_]*$/;

/** Neither user name and password nor a query: both could carry a secret, and status shows the URL. */
export const endpointUrl: RegExp = /^https?:\/\/[^\s/?#@]+(?:\/[^\s?#@]*)?$/;

// In this file a schema's error text is the phrase after "expected …" in a problem, and its first
// example is what the fix suggests to write. Rules are patterns, so that the JSON Schema has them too.

/** One schema for each field of the interface, and no other. */
type Fields<Written> = Readonly<Record<keyof Written, z.ZodType>>;

const modelId = (description: string) =>
  z
    .string({ error: "a model id" })
    .regex(/^\S+$/, { error: "a model id without spaces" })
    .meta({ description, examples: ["gpt-5.5"] });

const variable = (description: string, example: string) =>
  z
    .string({ error: "the name of an environment variable" })
    .regex(variableName, { error: "the name of an environment variable" })
    .meta({ description, examples: [example] });

const endpoint = z
  .strictObject(
    {
      base_url: z
        .string({ error: "an http or https URL" })
        .regex(endpointUrl, { error: "an http or https URL without user name, password or query" })
        .refine((url) => URL.canParse(url), { error: "an http or https URL with a valid port" })
        .meta({
          description: "The base URL of the service's Responses API.",
          examples: ["http://127.0.0.1:11434/v1"],
        }),
      api_key_env: variable(
        "Name of the environment variable that holds this service's key. Without it no key is sent.",
        "MY_KEY",
      ).optional(),
    } satisfies Fields<WrittenEndpoint>,
    { error: "a mapping with base_url" },
  )
  .meta({
    description: "Any Responses-compatible service instead of OpenAI's, such as a local one.",
    examples: ["{ base_url: http://127.0.0.1:11434/v1 }"],
  });

const codex = z
  .strictObject(
    {
      isolation: z
        .enum(isolationModes, { error: "`strict` or `host`" })
        .meta({
          description:
            "strict (default): nothing of your own Codex configuration reaches the model. host: your Codex as it is.",
          examples: ["strict"],
        })
        .optional(),
      api_key_env: variable(
        "Name of the environment variable that holds an API key. Without it: the signed-in Codex session.",
        "CODEX_API_KEY",
      ).optional(),
      endpoint: endpoint.optional(),
    } satisfies Fields<WrittenCodex>,
    { error: "a mapping" },
  )
  .meta({ description: "The Codex settings. All optional.", examples: ["{ isolation: strict }"] });

const provider = z
  .strictObject(
    {
      backend: z
        .enum(llmBackends, { error: "`none` or `codex`" })
        .meta({
          description: "The model's provider. none (default): no command may use a model.",
          examples: ["codex"],
        })
        .optional(),
      codex: codex.optional(),
    } satisfies Fields<WrittenProvider>,
    { error: "a mapping" },
  )
  .meta({ description: "The source of the model.", examples: ["{ backend: codex }"] });

const models = z
  .object(
    {
      default: modelId(
        "The model of every role without its own line. Required unless backend is `none`.",
      ).optional(),
      triage: modelId("The model that triages.").optional(),
      candidateExtraction: modelId("The model that extracts candidates.").optional(),
      curator: modelId("The model that curates.").optional(),
      reconcile: modelId("The model that reconciles.").optional(),
      repair: modelId("The model that repairs.").optional(),
    } satisfies Record<ModelRole, unknown>,
    { error: "a mapping of roles to model ids" },
  )
  .catchall(modelId("The model of this role. A role may have any name."))
  .meta({ description: "The models, by role.", examples: ["{ default: gpt-5.5 }"] });

const llm = z
  .strictObject(
    {
      provider: provider.optional(),
      models: models.optional(),
      reasoning_effort: z
        .string({ error: "a reasoning effort, such as `low` or `high`" })
        .regex(/^[a-z]{1,20}$/, { error: "a reasoning effort, such as `low` or `high`" })
        .meta({
          description:
            "How long the models think. `ktx models` lists the efforts of each. Without it: the model's own default.",
          examples: ["medium"],
        })
        .optional(),
    } satisfies Fields<WrittenLlm>,
    { error: "a mapping with provider and models" },
  )
  .meta({
    description: "The language model of this project.",
    examples: ["{ provider: { backend: codex }, models: { default: gpt-5.5 } }"],
  });

const batch = z
  .strictObject(
    {
      store: variable(
        "Name of the environment variable that holds the URL of the Postgres database in which machines share units.",
        "DATABASE_URL",
      ).optional(),
    } satisfies Fields<WrittenBatch>,
    { error: "a mapping with store" },
  )
  .meta({ description: "The units of work.", examples: ["{ store: DATABASE_URL }"] });

/** Checks the shape alone; `resolveConfig` checks how fields fit together. */
export const writtenConfigSchema: z.ZodType<WrittenConfig> = z
  .strictObject({ llm: llm.optional(), batch: batch.optional() } satisfies Fields<WrittenConfig>, {
    error: "a mapping with llm",
  })
  .meta({ title: "ktx.yaml", examples: ["{ llm: { provider: { backend: codex } } }"] });
