/** The id of ktx's MCP server in Codex: the model sees `mcp__ktx` with the tools' names. */
export const toolServerName = "ktx";

/** The namespace in which the model sees the tools of that server. */
export const toolNamespace: string = `mcp__${toolServerName}`;

/** The way in which Codex gets the token: from a variable of its environment, or in a header (never in an argument). */
export type ToolCredential =
  | { readonly bearer_token_env_var: string }
  | { readonly http_headers: Readonly<Record<string, string>> };

/** An MCP server that offers this run's tools, in the form that Codex needs. */
export interface ToolServerInput {
  readonly url: string;
  readonly credential: ToolCredential;
  readonly names: readonly string[];
  /** Milliseconds that one call may take. */
  readonly toolTimeoutMs: number;
}

/** The entry of `mcp_servers` for this run's tools. Pure. */
export function toolServerConfig(input: ToolServerInput): Record<string, unknown> {
  return {
    url: input.url,
    ...input.credential,
    enabled_tools: [...input.names],
    // Otherwise Codex cancels every call of a tool that nobody is there to approve.
    default_tools_approval_mode: "approve",
    // Codex ignores an optional server that is down, and the run continues without tools.
    required: true,
    // The bridge knows which tools may run in parallel, and queues the others.
    supports_parallel_tool_calls: true,
    // Codex would abandon a call after a minute, and the model would continue without its result.
    tool_timeout_sec: Math.ceil(input.toolTimeoutMs / 1_000),
  };
}
