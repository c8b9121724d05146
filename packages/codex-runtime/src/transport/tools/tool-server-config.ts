/** The id under which Codex knows our tools: the model is shown `mcp__ktx` with the tools' names. */
export const toolServerName = "ktx";

/** How Codex gets the token: from a variable of its environment, or in a header (never in an argument). */
export type ToolCredential =
  | { readonly bearer_token_env_var: string }
  | { readonly http_headers: Readonly<Record<string, string>> };

/** An MCP server that offers this run's tools, as Codex has to know it. */
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
    // Without it Codex cancels every call of a tool that no one is there to approve.
    default_tools_approval_mode: "approve",
    // Codex drops an optional server that is down in silence, and the run goes on without tools.
    required: true,
    // The bridge knows which tools may run side by side, and has the others take turns.
    supports_parallel_tool_calls: true,
    // Codex would give a call up after a minute, and the model would go on without its result.
    tool_timeout_sec: Math.ceil(input.toolTimeoutMs / 1_000),
  };
}
