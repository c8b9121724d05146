import type {
  LoggingLevel,
  ProgressToken,
  ServerNotification,
} from "@modelcontextprotocol/sdk/types.js";
import type { ToolProgress } from "./bridged-tool.ts";
import { describeThrown } from "./describe-thrown.ts";
import { snapshotJson } from "./json-snapshot.ts";

/** What a tool reports of its work, in well-formed Unicode; undefined for a report that MCP has no form for. */
export function progressNotification(
  progressToken: ProgressToken,
  report: ToolProgress,
): ServerNotification | undefined {
  try {
    const { progress, total, message } = report;
    if (!Number.isFinite(progress)) return undefined;
    return {
      method: "notifications/progress",
      params: {
        progressToken,
        progress,
        ...(Number.isFinite(total) && { total }),
        ...(typeof message === "string" && { message: message.toWellFormed() }),
      },
    };
  } catch {
    // A report whose properties cannot be read is not worth a call.
    return undefined;
  }
}

/** What a tool logs, in plain JSON and well-formed Unicode; for data that JSON cannot hold, a text that says so. */
export function logNotification(
  level: LoggingLevel,
  logger: string,
  data: unknown,
): ServerNotification {
  return { method: "notifications/message", params: { level, logger, data: toLogData(data) } };
}

function toLogData(data: unknown): unknown {
  try {
    return snapshotJson(data) ?? null;
  } catch (error) {
    return describeThrown(error);
  }
}
