import { findToolFailure, type McpToolCallItem, type ThreadEvent } from "@ktx/codex-events";
import type { Redact } from "./redact-secrets.ts";

/** One tool call of a run, as far as it came. */
export interface ToolCallReport {
  /** The MCP server; `ktx` is the run's own. */
  readonly server?: string;
  readonly tool: string;
  /** `unfinished`: it was running when the run ended. */
  readonly status: "completed" | "failed" | "unfinished";
  /** Why it failed. */
  readonly message?: string;
}

/** The tool calls so far, each under the id by which Codex tells them apart. */
export type ToolCallLog = readonly LoggedToolCall[];

interface LoggedToolCall {
  readonly id: string | undefined;
  readonly report: ToolCallReport;
}

/** What keeps the log from growing with the length of a run. */
const longestLog = 1_000;

/** The log after one more event. Calls may complete out of order. */
export function logToolCall(log: ToolCallLog, event: ThreadEvent): ToolCallLog {
  if (event.type !== "item.started" && event.type !== "item.completed") return log;
  if (event.item.type !== "mcp_tool_call") return log;
  const call = { id: event.item.id, report: reportOf(event.item, event.type) };
  const at = log.findLastIndex(
    ({ id, report }) => id !== undefined && id === call.id && report.status === "unfinished",
  );
  if (at >= 0) return log.with(at, call);
  return log.length < longestLog ? [...log, call] : log;
}

export function reportToolCalls(log: ToolCallLog, redact: Redact): readonly ToolCallReport[] {
  return log.map(({ report }) =>
    report.message === undefined ? report : { ...report, message: redact(report.message) },
  );
}

function reportOf(item: McpToolCallItem, type: "item.started" | "item.completed"): ToolCallReport {
  const failure = type === "item.completed" ? findToolFailure(item) : undefined;
  return {
    ...(item.server !== undefined && { server: item.server }),
    tool: item.tool,
    status: type === "item.started" ? "unfinished" : failure === undefined ? "completed" : "failed",
    ...(failure !== undefined && { message: failure.message }),
  };
}
