import { arrayField, isJsonObject, stringField, type JsonObject } from "../json-object.ts";
import { parseThreadItem } from "../parse-thread-item.ts";
import type { DynamicToolNames } from "./server-turn.ts";
import type { ThreadItem } from "../thread-event.ts";

/**
 * Translates an item of the app-server (camel case) into the item of `codex exec` (snake case).
 *
 * `silent`: a kind that `exec` does not print, or an item without its text.
 * `unrecognized`: an unknown kind.
 *
 * @param dynamicTools The names for calls of dynamic tools, which are reported like calls of an MCP server.
 */
export function translateItem(
  value: unknown,
  dynamicTools?: DynamicToolNames,
): ThreadItem | "silent" | "unrecognized" {
  if (!isJsonObject(value)) return "silent";
  const respelled = respell(value, dynamicTools);
  if (respelled !== undefined) return parseThreadItem(respelled) ?? "silent";
  const type = stringField(value, "type");
  return type === undefined || silentKinds.has(type) ? "silent" : "unrecognized";
}

/** The kinds for which `exec` prints no event (0.163.0). */
const silentKinds: ReadonlySet<string> = new Set([
  "agentMessage",
  "contextCompaction",
  "enteredReviewMode",
  "exitedReviewMode",
  "functionCallOutput",
  "hookPrompt",
  "imageGeneration",
  "imageView",
  "plan",
  "reasoning",
  "sleep",
  "subAgentActivity",
  "userMessage",
]);

function respell(
  item: JsonObject,
  dynamicTools: DynamicToolNames | undefined,
): JsonObject | undefined {
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
    case "dynamicToolCall":
      return {
        type: "mcp_tool_call",
        id,
        server: dynamicTools?.server,
        tool: dynamicTools?.ownNames?.get(stringField(item, "tool") ?? "") ?? item["tool"],
        arguments: item["arguments"],
        result: respellContent(item["contentItems"]),
        error: null,
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

/** Renames `openPage` to `open_page`, and leaves out null fields. */
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

/** The content of a dynamic tool's answer in the form of an MCP result, without media. */
function respellContent(items: unknown): unknown {
  if (!Array.isArray(items)) return undefined;
  const texts = items.filter(isJsonObject).flatMap((item) => stringField(item, "text") ?? []);
  return { content: texts.map((text) => ({ type: "text", text })), structured_content: null };
}
