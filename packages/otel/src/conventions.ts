import { createRequire } from "node:module";

/** Of this package, as the version of its scope. */
export const version: string = createRequire(import.meta.url)("../package.json").version;

/**
 * The names of OpenTelemetry's conventions for generative AI, v0.1.0, all of them "Development" there. They are
 * constants of our own: `@opentelemetry/semantic-conventions` 1.45.0 has the older names only.
 */
export const schemaUrl = "https://opentelemetry.io/schemas/gen-ai/0.1.0";

/** The schema of the older names, for `conventions: "1.36"`. */
export const oldSchemaUrl = "https://opentelemetry.io/schemas/1.36.0";

export const attribute = {
  operation: "gen_ai.operation.name",
  provider: "gen_ai.provider.name",
  /** The name of `provider` in 1.36. */
  system: "gen_ai.system",
  requestModel: "gen_ai.request.model",
  agent: "gen_ai.agent.name",
  conversation: "gen_ai.conversation.id",
  outputType: "gen_ai.output.type",
  finishReasons: "gen_ai.response.finish_reasons",
  inputTokens: "gen_ai.usage.input_tokens",
  cacheReadTokens: "gen_ai.usage.cache_read.input_tokens",
  cacheWriteTokens: "gen_ai.usage.cache_write.input_tokens",
  outputTokens: "gen_ai.usage.output_tokens",
  reasoningTokens: "gen_ai.usage.reasoning.output_tokens",
  responseId: "gen_ai.response.id",
  firstChunk: "gen_ai.response.time_to_first_chunk",
  stream: "gen_ai.request.stream",
  serverAddress: "server.address",
  serverPort: "server.port",
  tool: "gen_ai.tool.name",
  toolCallId: "gen_ai.tool.call.id",
  toolDescription: "gen_ai.tool.description",
  toolType: "gen_ai.tool.type",
  toolArguments: "gen_ai.tool.call.arguments",
  toolResult: "gen_ai.tool.call.result",
  instructions: "gen_ai.system_instructions",
  inputMessages: "gen_ai.input.messages",
  outputMessages: "gen_ai.output.messages",
  error: "error.type",
  modality: "gen_ai.token.modality",
  tokenType: "gen_ai.token.type",
  /** Before the name of a tag of the caller. */
  tag: "ktx.tag.",
} as const;

export const metric = {
  inputTokens: "gen_ai.client.inference.usage.input_tokens",
  cacheReadTokens: "gen_ai.client.inference.usage.cache_read.input_tokens",
  cacheWriteTokens: "gen_ai.client.inference.usage.cache_write.input_tokens",
  outputTokens: "gen_ai.client.inference.usage.output_tokens",
  reasoningTokens: "gen_ai.client.inference.usage.reasoning.output_tokens",
  responseDuration: "gen_ai.client.inference.duration",
  firstChunk: "gen_ai.client.inference.time_to_first_chunk",
  agentDuration: "gen_ai.invoke_agent.duration",
  inferenceCalls: "gen_ai.invoke_agent.inference_calls",
  toolCalls: "gen_ai.invoke_agent.tool_calls",
  toolDuration: "gen_ai.execute_tool.duration",
  oldTokens: "gen_ai.client.token.usage",
  oldDuration: "gen_ai.client.operation.duration",
} as const;

/** Bounds of the buckets, in seconds and in tokens or calls, as the conventions advise. */
export const secondBounds: number[] = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84,
  327.68,
];
export const tokenBounds: number[] = [
  1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304,
];
export const countBounds: number[] = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256];
