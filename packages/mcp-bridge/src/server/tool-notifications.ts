import type {
  LoggingLevel,
  ProgressToken,
  ServerNotification,
} from "@modelcontextprotocol/sdk/types.js";
import type { ToolProgress } from "../tool/bridged-tool.ts";
import { describeThrown } from "../describe-thrown.ts";
import { snapshotJson } from "../tool/json-snapshot.ts";

/** A progress report of a tool, in well-formed Unicode; undefined for a report without a form in MCP. */
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
    // A report whose properties cannot be read does not fail the call.
    return undefined;
  }
}

/** A log message of a tool, in plain JSON and well-formed Unicode; data that JSON cannot hold becomes a text that says so. */
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
