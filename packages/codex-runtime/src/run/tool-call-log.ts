import { findToolFailure, type McpToolCallItem, type ThreadEvent } from "@ktx/codex-events";
import { boundValue, type Redactor, type ValueBounds } from "@ktx/redact";
import type { ToolCallReport } from "../values/tool-call-report.ts";
import type { ToolDecided, ToolDecisions } from "@ktx/codex-tools";

/** The tool calls so far, each under Codex's id. */
export type ToolCallLog = readonly LoggedToolCall[];

interface LoggedToolCall {
  readonly id: string | undefined;
  readonly startedAtMs: number | undefined;
  readonly report: ToolCallReport;
}

/** The limits that keep the log from growing with the length of a run. */
const longestLog = 1_000;

const bounds: ValueBounds = { text: 1_000, whole: 4_000 };

/**
 * The log after one more event. Calls may complete out of order.
 *
 * @param decisions The decisions about the calls so far.
 * @param atMs The arrival time of the event, in milliseconds of any clock that does not run backwards.
 */
export function logToolCall(
  log: ToolCallLog,
  event: ThreadEvent,
  atMs: number,
  redactor: Redactor,
  decisions: Pick<ToolDecisions, "take"> = { take: () => undefined },
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
        : {
            ...describeEnd(
              item,
              redactor,
              startedAtMs === undefined ? undefined : atMs - startedAtMs,
            ),
            ...describeDecision(decisions.take(item), redactor),
          }),
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

/** Of a call that was denied, Codex reports the sentence that the model read as its result. */
function describeDecision(
  decided: ToolDecided | undefined,
  redactor: Redactor,
): Partial<ToolCallReport> {
  if (decided === undefined) return {};
  const { verdict: approval, text = "" } = decided;
  return approval === "denied"
    ? { approval, status: "denied", error: redactor.redact(text) }
    : { approval };
}
