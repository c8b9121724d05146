import type { LegibleKind } from "./failure-rules.ts";

/**
 * The API's `error.code` or `error.type`, where a body came through. They are exact, so they outrank the
 * sentence.
 */
export const kindsByCode: ReadonlyMap<string, LegibleKind> = new Map([
  ["invalid_json_schema", "invalid-output-schema"],
  ["model_not_found", "model-unavailable"],
  ["context_length_exceeded", "context-length"],
  ["rate_limit_exceeded", "rate-limit"],
  ["slow_down", "rate-limit"],
  ["usage_limit_reached", "usage-limit"],
  ["usage_not_included", "usage-limit"],
  ["insufficient_quota", "usage-limit"],
  ["invalid_api_key", "auth"],
  ["content_policy_violation", "content-policy"],
  ["cyber_policy", "content-policy"],
  ["invalid_prompt", "content-policy"],
  ["server_is_overloaded", "server"],
  // llama.cpp
  ["exceed_context_size_error", "context-length"],
  // LiteLLM
  ["budget_exceeded", "usage-limit"],
  ["key_model_access_denied", "model-unavailable"],
  // Azure OpenAI
  ["DeploymentNotFound", "model-unavailable"],
  ["content_filter", "content-policy"],
]);

/** The error types that decide when neither a code nor the sentence is more exact. */
export const kindsByErrorType: ReadonlyMap<string, LegibleKind> = new Map([
  ["invalid_request_error", "invalid-request"],
  ["authentication_error", "auth"],
  ["permission_error", "auth"],
  ["rate_limit_error", "rate-limit"],
  ["server_error", "server"],
  ["overloaded_error", "server"],
  // LiteLLM
  ["throttling_error", "rate-limit"],
  // llama.cpp
  ["unavailable_error", "server"],
  // vLLM
  ["BadRequestError", "invalid-request"],
  ["InternalServerError", "server"],
]);

export function kindOfStatus(status: number): LegibleKind {
  const exact = kindsByStatus.get(status);
  if (exact !== undefined) return exact;
  return status >= 500 ? "server" : "invalid-request";
}

const kindsByStatus: ReadonlyMap<number, LegibleKind> = new Map([
  [401, "auth"],
  [402, "usage-limit"],
  [403, "auth"],
  [407, "network"],
  [408, "server"],
  [413, "context-length"],
  [429, "rate-limit"],
]);
