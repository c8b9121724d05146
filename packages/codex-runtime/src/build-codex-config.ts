import type { ToolBridgeHandle } from "@ktx/mcp-bridge";
import type { ResponsesEndpoint } from "./responses-endpoint.ts";

export interface CodexConfigInput {
  readonly bridge?: Pick<ToolBridgeHandle, "url" | "bearerTokenEnvVar">;
  /** The names that the model sees, in the tool set's order. */
  readonly toolNames?: readonly string[];
  readonly endpoint?: ResponsesEndpoint;
  /** How often Codex may ask a custom endpoint again within the turn. @default 0 */
  readonly streamRetries?: number;
  /** How long one tool call may take, in milliseconds; the run's own limits are to end it first. */
  readonly toolTimeoutMs?: number;
}

/** The id under which Codex knows our tools: the model is shown `mcp__ktx` with the tools' names. */
export const toolServerName = "ktx";

/** Not `openai`: the built-in provider can not be overridden and speaks WebSocket first. */
const providerName = "ktx-endpoint";

/**
 * The Codex configuration of one run, whatever runner takes it: nothing may be changed or asked, no
 * web search, no history, this run's tools, and the custom endpoint if there is one.
 *
 * The bearer token is not here: configuration travels in argv.
 */
export function buildCodexConfig(input: CodexConfigInput): Record<string, unknown> {
  return {
    sandbox_mode: "read-only",
    approval_policy: "never",
    web_search: "disabled",
    history: { persistence: "none" },
    ...(input.endpoint && endpointConfig(input.endpoint, input.streamRetries)),
    ...(input.bridge && { mcp_servers: { [toolServerName]: toolServerConfig(input) } }),
  };
}

function endpointConfig(endpoint: ResponsesEndpoint, streamRetries = 0): Record<string, unknown> {
  return {
    model_provider: providerName,
    model_providers: {
      [providerName]: {
        name: providerName,
        base_url: endpoint.baseUrl,
        wire_api: "responses",
        supports_websockets: false,
        // Codex multiplies the two, and its request retries are silent: with none of them, every
        // retry is an event that can be counted.
        request_max_retries: 0,
        stream_max_retries: streamRetries,
        ...(endpoint.apiKeyEnv !== undefined && { env_key: endpoint.apiKeyEnv }),
      },
    },
  };
}

function toolServerConfig({
  bridge,
  toolNames = [],
  toolTimeoutMs,
}: CodexConfigInput): Record<string, unknown> {
  return {
    url: bridge?.url,
    bearer_token_env_var: bridge?.bearerTokenEnvVar,
    enabled_tools: [...toolNames],
    // Without it Codex cancels every call of a tool that no one is there to approve.
    default_tools_approval_mode: "approve",
    // An optional server that is down is dropped without a word, and the run goes on without tools.
    required: true,
    // It is the bridge that knows which tools may run side by side, and has the others take turns.
    supports_parallel_tool_calls: true,
    // Codex would give a call up after a minute, and the model would go on without its result.
    ...(toolTimeoutMs !== undefined && { tool_timeout_sec: Math.ceil(toolTimeoutMs / 1_000) }),
  };
}
