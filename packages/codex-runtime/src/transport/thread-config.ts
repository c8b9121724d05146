import type { ResponsesEndpoint } from "../values/responses-endpoint.ts";
import {
  type ToolCredential,
  toolServerConfig,
  toolServerName,
} from "./tools/tool-server-config.ts";
import type { ThreadInput } from "./transport.ts";

export interface ThreadConfigInput {
  readonly thread: Pick<ThreadInput, "tools" | "toolTimeoutMs" | "streamRetries">;
  /** The server that offers the thread's tools, if there are any. */
  readonly server?: { readonly url: string; readonly credential: ToolCredential } | undefined;
  readonly endpoint?: ResponsesEndpoint | undefined;
  /** Further configuration (`config.toml` keys as nested objects), which overrides the rest. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}

/** Not `openai`: the built-in provider cannot be overridden and speaks WebSocket first. */
const providerName = "ktx-endpoint";

/**
 * The Codex configuration of one thread, on every transport: no changes, no approvals, no web search, no history, this
 * run's tools, and the custom endpoint if there is one. Pure.
 *
 * On exec it is in the arguments of the process, so it holds no secret and no text of the caller.
 */
export function threadConfig({
  thread,
  server,
  endpoint,
  settings,
}: ThreadConfigInput): Record<string, unknown> {
  return {
    sandbox_mode: "read-only",
    approval_policy: "never",
    web_search: "disabled",
    history: { persistence: "none" },
    ...(endpoint && endpointConfig(endpoint, thread.streamRetries)),
    ...(server && {
      mcp_servers: {
        [toolServerName]: toolServerConfig({
          ...server,
          names: thread.tools.names,
          toolTimeoutMs: thread.toolTimeoutMs,
        }),
      },
    }),
    ...settings,
  };
}

/** The configuration of a custom service. Pure. */
export function endpointConfig(
  endpoint: ResponsesEndpoint,
  streamRetries: number,
): Record<string, unknown> {
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
