import { findToolFailure, type McpToolCallItem, type ThreadEvent } from "@ktx/codex-events";
import type { Redactor } from "../secrets/redactor.ts";
import { boundValue, type ValueBounds } from "./bound-value.ts";

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

/** The tool calls so far, each under the id by which Codex tells them apart. */
export type ToolCallLog = readonly LoggedToolCall[];

interface LoggedToolCall {
  readonly id: string | undefined;
  readonly startedAtMs: number | undefined;
  readonly report: ToolCallReport;
}

/** What keeps the log from growing with the length of a run. */
const longestLog = 1_000;

const bounds: ValueBounds = { text: 1_000, whole: 4_000 };

/**
 * The log after one more event. Calls may complete out of order.
 *
 * @param atMs When the event arrived, in milliseconds of any clock that does not run backwards.
 */
export function logToolCall(
  log: ToolCallLog,
  event: ThreadEvent,
  atMs: number,
  redactor: Redactor,
): ToolCallLog {
  if (event.type !== "item.started" && event.type !== "item.completed") return log;
  const { item } = event;
  if (item.type !== "mcp_tool_call") return log;
  const at = log.findLastIndex(
    ({ id, report }) => id !== undefined && id === item.id && report.status === "unfinished",
  );
  const startedAtMs = event.type === "item.started" ? atMs : log[at]?.startedAtMs;
  const call: LoggedToolCall = {
    id: item.id,
    startedAtMs,
    report: {
      ...describeItem(item, redactor),
      ...(event.type === "item.started"
        ? { status: "unfinished" }
        : describeEnd(item, redactor, startedAtMs === undefined ? undefined : atMs - startedAtMs)),
    },
  };
  if (at >= 0) return log.with(at, call);
  return log.length < longestLog ? [...log, call] : log;
}

export function reportToolCalls(log: ToolCallLog): readonly ToolCallReport[] {
  return log.map(({ report }) => report);
}

function describeItem(
  item: McpToolCallItem,
  redactor: Redactor,
): Pick<ToolCallReport, "server" | "tool" | "arguments"> {
  return {
    ...(item.server !== undefined && { server: item.server }),
    tool: item.tool,
    ...(item.arguments !== undefined && {
      arguments: boundValue(item.arguments, redactor, bounds),
    }),
  };
}

function describeEnd(
  item: McpToolCallItem,
  redactor: Redactor,
  durationMs: number | undefined,
): Pick<ToolCallReport, "status" | "durationMs" | "result" | "error"> {
  const failure = findToolFailure(item);
  return {
    ...(durationMs !== undefined && { durationMs: Math.max(0, durationMs) }),
    ...(failure === undefined
      ? {
          status: "completed",
          ...(item.result !== undefined && { result: boundValue(item.result, redactor, bounds) }),
        }
      : { status: "failed", error: redactor.redact(failure.message) }),
  };
}
