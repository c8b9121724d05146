import {
  InvalidArgumentError,
  type LanguageModelV4CallOptions,
  type SharedV4Warning,
} from "@ai-sdk/provider";
import { z } from "zod";
import { hostedToolOf } from "./hosted-tools.ts";

const limit = z.int().min(1);

const callSettings = z.strictObject({
  isolation: z.enum(["strict", "host"]).optional(),
  transport: z.enum(["auto", "app-server", "exec"]).optional(),
  reasoningEffort: z
    .string()
    .regex(/^[a-z]{1,20}$/, 'expected a word in lower case, such as "low" or "high"')
    .optional(),
  stepBudget: limit.optional(),
  toolCallBudget: limit.optional(),
  tokenBudget: limit.optional(),
  timeoutMs: limit.optional(),
  idleTimeoutMs: limit.optional(),
});

/** The settings of ktx for one call: `providerOptions.ktx`, or the second argument of the provider. */
export type KtxCallSettings = {
  /** @default that of the provider */
  readonly isolation?: "strict" | "host";
  /** @default that of the provider */
  readonly transport?: "auto" | "app-server" | "exec";
  /** A reasoning effort that the model lists (`listModels`). @default `reasoning` of the call, or else the model's own */
  readonly reasoningEffort?: string;
  /** Completed steps of Codex after which the turn ends, with the finish reason `length`. @default none */
  readonly stepBudget?: number;
  /** Completed tool calls after which the turn ends. @default none */
  readonly toolCallBudget?: number;
  /** Input and output tokens above which the turn ends. @default none */
  readonly tokenBudget?: number;
  /** Milliseconds that a turn may take, with its waits for results. @default 900_000, and more with tools of the client */
  readonly timeoutMs?: number;
  /** Milliseconds without any event of Codex. @default 300_000, and more with tools of the client */
  readonly idleTimeoutMs?: number;
};

/**
 * The settings of a call over those of its model.
 *
 * @throws {InvalidArgumentError} for a setting that ktx does not know, or a value that it does not take.
 */
export function readSettings(
  ofModel: unknown,
  { providerOptions, reasoning }: Pick<LanguageModelV4CallOptions, "providerOptions" | "reasoning">,
): KtxCallSettings {
  const ofCall = providerOptions?.["ktx"];
  const isAsked = reasoning !== undefined && reasoning !== "provider-default";
  return {
    ...check("the settings of the model", ofModel),
    ...(isAsked && { reasoningEffort: reasoning }),
    ...check("providerOptions.ktx", ofCall),
  };
}

function check(argument: string, value: unknown): KtxCallSettings {
  const { data, error } = callSettings.safeParse(value ?? {});
  if (error === undefined)
    return Object.fromEntries(
      Object.entries(data).filter(([, each]) => each !== undefined),
    ) as KtxCallSettings;
  throw new InvalidArgumentError({
    argument,
    message: `Expected ${argument} to be settings of ktx. ${z.prettifyError(error)} Known are: ${Object.keys(callSettings.shape).join(", ")}.`,
  });
}

const settings = [
  "temperature",
  "topP",
  "topK",
  "maxOutputTokens",
  "stopSequences",
  "presencePenalty",
  "frequencyPenalty",
  "seed",
] as const;

/** A warning for each setting of the AI SDK that Codex does not take. Pure. */
export function unsupportedSettings(
  options: LanguageModelV4CallOptions,
): readonly SharedV4Warning[] {
  const { toolChoice, tools = [], headers = {} } = options;
  const found: string[] = settings.filter((name) => options[name] !== undefined);
  const isForced = toolChoice?.type === "required" || toolChoice?.type === "tool";
  if (isForced) found.push("toolChoice");
  for (const tool of tools)
    if (tool.type === "provider" && hostedToolOf(tool) === undefined) found.push(`tool ${tool.id}`);
  const names = Object.keys(headers).filter((name) => name.toLowerCase() !== "user-agent");
  if (names.length > 0) found.push("headers");
  return found.map((feature) => ({ type: "unsupported", feature }));
}
