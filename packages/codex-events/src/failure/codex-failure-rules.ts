import type { FailureRule } from "./failure-rules.ts";

/** Sentences that Codex writes itself, about itself or in place of a service's message. */
export const codexFailureRules: readonly FailureRule[] = [
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
    // Codex's whole message when its working directory or its model catalog does not exist.
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
    // Before any event: its state folder is full, or cannot be written to.
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
    kind: "rate-limit",
    pattern: /^rate limit exceeded|^exceeded retry limit, last status: 429/,
    recorded: ["11-503-slow-down-r0", "11-429-rate-limit-r0"],
  },
  {
    // Read in the binary of 0.163.0.
    kind: "usage-limit",
    pattern: /\bout of credits\b|^You hit your spend cap/,
    example:
      "Your workspace is out of credits. Ask your workspace owner to refill in order to continue.",
  },
  {
    kind: "auth",
    pattern: /access token could not be refreshed/,
    recorded: ["14-chatgpt-auth-refresh-expired", "14-chatgpt-auth-refresh-reused"],
  },
  {
    // Read in the binary of 0.163.0.
    kind: "auth",
    pattern: /authentication session could not be refreshed|Please (?:log out and )?sign in again/,
    example:
      "Your authentication session could not be refreshed automatically. Please log out and sign in again.",
  },
  {
    kind: "auth",
    pattern: /^Missing environment variable: /,
    example: "Missing environment variable: `NOT_SET_KEY`.",
  },
  {
    kind: "content-policy",
    // "cyber" is the stand-in's whole message: Codex passes on the service's own sentence and drops the code.
    pattern: /for safety reasons|\bcyber\b/,
    recorded: ["13-failed-invalid_prompt-r0", "13-failed-cyber_policy-r0"],
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
    // Read in the binary of 0.163.0.
    kind: "server",
    pattern: /^Flex capacity unavailable/,
    example: "Flex capacity unavailable.",
  },
  {
    // Read in the binary of 0.163.0.
    kind: "content-policy",
    pattern: /\bflagged for possible (?:biological|cybersecurity) risk\b/,
    example: "This content was flagged for possible biological risk.",
  },
  {
    // Read in the binary of 0.163.0; the limit is one that the configuration sets.
    kind: "codex-config",
    pattern: /^shared rollout token budget exhausted/,
    example: "shared rollout token budget exhausted",
  },
  {
    kind: "server",
    pattern: /experiencing high demand|model is at capacity/,
    recorded: ["11-500-r0", "11-503-overloaded-streamretry2-fail"],
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
];
