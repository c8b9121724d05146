/** One tool call of a run, as far as it came. Its values are cut and free of credentials. */
export interface ToolCallReport {
  /** The MCP server; `ktx` is the run's own. */
  readonly server?: string;
  readonly tool: string;
  /** `unfinished`: it was running when the run ended. */
  readonly status: "completed" | "failed" | "unfinished";
  /** What the model sent: texts cut at 1,000 characters, 4,000 in all. Absent where Codex did not say. */
  readonly arguments?: unknown;
  /** Milliseconds from its start to its end, as Codex reported them. Absent where it reported no start or no end. */
  readonly durationMs?: number;
  /** With `completed`: the MCP result (`content`, `structured_content`), cut as the arguments are. */
  readonly result?: unknown;
  /** With `failed`: why, at most about 4,000 characters. */
  readonly error?: string;
}
