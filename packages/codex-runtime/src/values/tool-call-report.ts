import type { ToolVerdict } from "@ktx/mcp-bridge";

/** One tool call of a run, complete or not. Its values are cut and free of credentials. */
export interface ToolCallReport {
  /** The MCP server; `ktx` is the run's own. */
  readonly server?: string;
  readonly tool: string;
  /** `unfinished`: the run ended while it was running. `denied`: `approveToolCall` kept it from running. */
  readonly status: "completed" | "failed" | "denied" | "unfinished";
  /** The decision of `approveToolCall`: `changed` where it gave other arguments. Absent where nobody decided. */
  readonly approval?: ToolVerdict;
  /** The model's arguments: texts cut at 1,000 characters, 4,000 in all. Absent where Codex did not report them. */
  readonly arguments?: unknown;
  /** Milliseconds from its start to its end, as Codex reported them. Absent where it reported no start or no end. */
  readonly durationMs?: number;
  /** With `completed`: the MCP result (`content`, `structured_content`), cut like the arguments. */
  readonly result?: unknown;
  /** With `failed` and `denied`: the reason, at most about 4,000 characters. */
  readonly error?: string;
}
