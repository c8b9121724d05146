import type { FailureKind } from "./turn-failure.ts";

/** The kinds that a text can tell of; the others are the runtime's own findings. */
export type LegibleKind = Exclude<FailureKind, "empty-turn" | "timeout">;

/** One way in which a failure shows itself in words. */
export interface FailureRule {
  readonly kind: LegibleKind;
  /** Matched against the unwrapped sentence, with straight apostrophes. */
  readonly pattern: RegExp;
  /** The recordings (of Codex 0.163.0) that show it. */
  readonly recorded?: readonly string[];
  /**
   * A sentence that was not recorded, in the words of Codex's source or of the API's documentation.
   */
  readonly example?: string;
}

/**
 * In order: the first that matches wins, so whoever is most specific stands first. Codex drops the
 * API's error codes from most messages; its own sentences are all that is left.
 */
export const failureRules: readonly FailureRule[] = [
  {
    kind: "aborted",
    pattern: /^(?:The|This) operation was aborted/,
    recorded: ["17-abort-model-stream", "17-abort-timeout-signal"],
  },
  {
    kind: "tool-server",
    pattern: /^required MCP servers failed to initialize/,
    recorded: ["15-mcp-401-required", "15-mcp-timeout-required", "15-mcp-stdio-missing-required"],
  },
  {
    kind: "codex-config",
    pattern: /^Error loading /,
    recorded: ["14-config-toml-garbage", "18-bad-enum", "18-bad-mcp-both", "18-wire-chat"],
  },
  {
    kind: "codex-config",
    pattern: /^Model provider `.*` not found|^Not inside a trusted directory/,
    recorded: ["18-bad-provider", "18-not-git"],
  },
  {
    // All that Codex says when its working directory or its model catalog is not there.
    kind: "codex-config",
    pattern: /^No such file or directory \(os error 2\)$/,
    recorded: ["18-bad-cwd", "18-bad-catalog-path"],
  },
  {
    kind: "codex-config",
    pattern: /^error: (?:unexpected argument|invalid value|unrecognized subcommand)/,
    example: "error: unexpected argument '--experimental-json' found",
  },
  {
    // The app-server names the setting at the end, in a line of its own, where `exec` says "Error loading".
    kind: "codex-config",
    pattern:
      /^(?:invalid type: |invalid value: |unknown variant |missing field |url is not supported|`wire_api = |model_providers contains reserved).* in `[^`]+`$/,
    example: "invalid type: integer `5`, expected a string\nin `model_reasoning_effort`",
  },
  {
    // Before any event: its state folder is full, or can not be written to.
    kind: "codex-config",
    pattern: /^failed to initialize (?:in-process app-server client|sqlite state runtime)/,
    example:
      "failed to initialize in-process app-server client: No space left on device (os error 28)",
  },
  {
    kind: "codex-config",
    pattern: /^spawn .* (?:ENOENT|EACCES)$|^Unable to locate Codex CLI binaries/,
    example: "spawn /opt/codex ENOENT",
  },
  {
    kind: "context-length",
    pattern: /^Input exceeds the maximum length/,
    recorded: ["21-big-prompt"],
  },
  {
    kind: "context-length",
    pattern:
      /ran out of room in the model's context window|exceeds the context window|maximum context length/,
    example:
      "Codex ran out of room in the model's context window. Start a new thread or clear earlier history before retrying.",
  },
  {
    kind: "invalid-output-schema",
    pattern: /Invalid schema for response_format/,
    recorded: ["11-400-full-openai-r0"],
  },
  {
    kind: "model-unavailable",
    pattern: /\bmodel is not supported\b|\bmodel [`'"].*[`'"] does not exist/i,
    recorded: ["11-400-model-not-supported-r0", "11-404-model-not-found-r0"],
  },
  {
    kind: "model-unavailable",
    pattern: /\bmodel requires a newer version of Codex\b/,
    example:
      "The 'gpt-6-sol' model requires a newer version of Codex. Please upgrade and try again.",
  },
  {
    kind: "usage-limit",
    pattern: /You've hit your usage limit|^To use Codex with your ChatGPT plan|^Quota exceeded/,
    recorded: [
      "11-429-usage-limit-plus-reqretry2-ok",
      "11-429-usage-not-included-r0",
      "13-failed-insufficient_quota-r0",
    ],
  },
  {
    kind: "usage-limit",
    pattern: /usage limit has been reached|exceeded your current quota/,
    example: "You exceeded your current quota, please check your plan and billing details.",
  },
  {
    kind: "rate-limit",
    pattern: /^rate limit exceeded|^exceeded retry limit, last status: 429/,
    recorded: ["11-503-slow-down-r0", "11-429-rate-limit-r0"],
  },
  {
    kind: "rate-limit",
    pattern: /^Rate limit reached/,
    example:
      "Rate limit reached for gpt-5.5 in organization org-1 on tokens per min. Please try again in 1.3s.",
  },
  {
    kind: "auth",
    pattern: /access token could not be refreshed/,
    recorded: ["14-chatgpt-auth-refresh-expired", "14-chatgpt-auth-refresh-reused"],
  },
  {
    kind: "auth",
    pattern: /Incorrect API key provided|Missing bearer or basic authentication/,
    recorded: ["11-401-invalid-key-r0", "14-nocreds-openai-loopback401"],
  },
  {
    kind: "auth",
    pattern: /^Missing environment variable: /,
    example: "Missing environment variable: `NOT_SET_KEY`.",
  },
  {
    kind: "auth",
    pattern: /\bnot (?:logged|signed) in\b/i,
    example: "Not logged in",
  },
  {
    kind: "content-policy",
    // "cyber" is the stand-in's whole message: Codex hands on the service's own words and drops the code.
    pattern: /for safety reasons|\bcyber\b/,
    recorded: ["13-failed-invalid_prompt-r0", "13-failed-cyber_policy-r0"],
  },
  {
    kind: "content-policy",
    pattern: /reason: content_filter|safety system|flagged as potentially violating|usage policy/,
    example:
      "stream disconnected before completion: Incomplete response returned, reason: content_filter",
  },
  {
    kind: "incomplete-response",
    pattern: /^Incomplete response returned, reason: max_output_tokens/,
    recorded: ["13-incomplete-max_output_tokens-r0"],
  },
  {
    kind: "network",
    pattern:
      /^Connection failed: |failed to lookup address information|^Access blocked by Cloudflare/,
    recorded: ["11-connrefused-r0", "14-nocreds-openai-default", "11-403-cloudflare-html-r0"],
  },
  {
    kind: "server",
    pattern: /experiencing high demand|model is at capacity/,
    recorded: ["11-500-r0", "11-503-overloaded-streamretry2-fail"],
  },
  {
    kind: "server",
    pattern: /The server had an error|currently overloaded/,
    example:
      "stream disconnected before completion: The server had an error processing your request.",
  },
  {
    kind: "stream-disconnected",
    pattern: /^stream disconnected before completion/,
    recorded: [
      "12-cut-partial-r0",
      "12-idle-timeout-r0",
      "12-socket-destroy-before-headers-r0",
      // The service had refused the content, in the stand-in's word "blocked"; nothing in the text says so.
      "13-failed-content_policy_violation-r0",
    ],
  },
  {
    kind: "invalid-request",
    pattern: /^No prompt provided/,
    recorded: ["30-empty-prompt"],
  },
  {
    kind: "invalid-request",
    pattern: /^no rollout found for thread|already has an active writer/,
    example: "no rollout found for thread id 01a20380-e801-7880-93b4-bafb1bbeea09",
  },
  {
    kind: "invalid-request",
    // A body that is no JSON reaches the message raw only when the status was 400.
    pattern: /^The service answered with a web page: (?:400 )?Bad Request/,
    recorded: ["11-400-html-r0"],
  },
  {
    kind: "process",
    pattern: /^Failed to parse item: /,
    example: 'Failed to parse item: {"type":"item.completed","item":{"id":"item_0","te',
  },
];

/**
 * The API's `error.code` or `error.type`, where a body came through. They are exact, so they go
 * before the words.
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
]);

/** What is left to go by when neither a code nor the words say more. */
export const kindsByErrorType: ReadonlyMap<string, LegibleKind> = new Map([
  ["invalid_request_error", "invalid-request"],
  ["authentication_error", "auth"],
  ["permission_error", "auth"],
  ["rate_limit_error", "rate-limit"],
  ["server_error", "server"],
  ["overloaded_error", "server"],
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
