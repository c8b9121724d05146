import { arrayField, isJsonObject, stringField, type JsonObject } from "../json-object.ts";
import { parseThreadItem } from "../parse-thread-item.ts";
import type { ThreadItem } from "../thread-event.ts";

/**
 * An item of the app-server (camel case) as the item that `codex exec` makes of it (snake case);
 * `undefined` for the kinds that `exec` does not tell of and for what has not what it exists for.
 */
export function translateItem(value: unknown): ThreadItem | undefined {
  return isJsonObject(value) ? parseThreadItem(respell(value)) : undefined;
}

function respell(item: JsonObject): JsonObject | undefined {
  const { id } = item;
  const status = item["status"] === "inProgress" ? "in_progress" : item["status"];
  switch (item["type"]) {
    case "agentMessage":
      return { type: "agent_message", id, text: item["text"] };
    case "reasoning": {
      const parts = arrayField(item, "summary").filter((part) => typeof part === "string");
      const text = parts.join("\n");
      return text.trim() === "" ? undefined : { type: "reasoning", id, text };
    }
    case "commandExecution":
      return {
        type: "command_execution",
        id,
        command: item["command"],
        aggregated_output: item["aggregatedOutput"] ?? "",
        exit_code: item["exitCode"],
        status,
      };
    case "fileChange":
      return {
        type: "file_change",
        id,
        changes: arrayField(item, "changes").filter(isJsonObject).map(respellChange),
        status: status === "declined" ? "failed" : status,
      };
    case "mcpToolCall":
      return {
        type: "mcp_tool_call",
        id,
        server: item["server"],
        tool: item["tool"],
        arguments: item["arguments"],
        result: respellResult(item["result"]),
        error: item["error"],
        status,
      };
    case "webSearch":
      return {
        type: "web_search",
        id,
        query: item["query"],
        action: respellAction(item["action"]),
      };
    default:
      return undefined;
  }
}

function respellChange(change: JsonObject): JsonObject {
  const { path, kind } = change;
  return { path, kind: isJsonObject(kind) ? stringField(kind, "type") : kind };
}

/** `openPage` is `open_page`, and what is null is left out. */
function respellAction(action: unknown): unknown {
  if (!isJsonObject(action)) return undefined;
  const type = stringField(action, "type")?.replaceAll(
    /[A-Z]/g,
    (upper) => `_${upper.toLowerCase()}`,
  );
  const filled = Object.entries(action).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(filled), type };
}

function respellResult(result: unknown): unknown {
  if (!isJsonObject(result)) return undefined;
  return { content: result["content"], structured_content: result["structuredContent"] };
}
