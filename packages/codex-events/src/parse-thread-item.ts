import { arrayField, isJsonObject, stringField, type JsonObject } from "./json-object.ts";
import type { FileChange, McpToolCallItem, ThreadItem, TodoItem } from "./thread-event.ts";

/**
 * Reads the `item` of an item event; `undefined` for an unknown type or an item
 * without its text.
 */
export function parseThreadItem(value: unknown): ThreadItem | undefined {
  if (!isJsonObject(value)) return undefined;
  const identity = present({ id: stringField(value, "id") });
  const status = present({ status: stringField(value, "status") });
  switch (value["type"]) {
    case "agent_message":
    case "reasoning": {
      const text = stringField(value, "text");
      return text === undefined ? undefined : { type: value["type"], ...identity, text };
    }
    case "error": {
      const message = stringField(value, "message");
      return message === undefined ? undefined : { type: "error", ...identity, message };
    }
    case "command_execution":
      return {
        type: "command_execution",
        ...identity,
        ...present({
          command: stringField(value, "command"),
          aggregated_output: stringField(value, "aggregated_output"),
          exit_code: numberField(value, "exit_code"),
        }),
        ...status,
      };
    case "file_change":
      return {
        type: "file_change",
        ...identity,
        changes: arrayField(value, "changes").flatMap(parseFileChange),
        ...status,
      };
    case "mcp_tool_call":
      return parseToolCall(value);
    case "web_search":
      return {
        type: "web_search",
        ...identity,
        ...present({ query: stringField(value, "query"), action: value["action"] }),
      };
    case "todo_list":
      return {
        type: "todo_list",
        ...identity,
        items: arrayField(value, "items").flatMap(parseTodoItem),
      };
    default:
      return undefined;
  }
}

function parseToolCall(value: JsonObject): McpToolCallItem {
  const result = value["result"];
  return {
    type: "mcp_tool_call",
    ...present({ id: stringField(value, "id"), server: stringField(value, "server") }),
    tool: stringField(value, "tool", "name", "tool_name") ?? "unnamed",
    ...present({
      arguments: value["arguments"],
      result: isJsonObject(result)
        ? {
            content: arrayField(result, "content"),
            ...present({ structured_content: result["structured_content"] }),
          }
        : undefined,
      error: parseToolError(value["error"]),
      status: stringField(value, "status"),
    }),
  };
}

function parseToolError(error: unknown): McpToolCallItem["error"] {
  if (typeof error === "string") return error === "" ? undefined : { message: error };
  if (!isJsonObject(error) || Object.keys(error).length === 0) return undefined;
  return { message: stringField(error, "message") ?? "" };
}

function parseFileChange(value: unknown): FileChange[] {
  if (!isJsonObject(value)) return [];
  const path = stringField(value, "path");
  return path === undefined ? [] : [{ path, ...present({ kind: stringField(value, "kind") }) }];
}

function parseTodoItem(value: unknown): TodoItem[] {
  if (!isJsonObject(value)) return [];
  const text = stringField(value, "text");
  return text === undefined ? [] : [{ text, completed: value["completed"] === true }];
}

function numberField(object: JsonObject, name: string): number | undefined {
  const value = object[name];
  return typeof value === "number" ? value : undefined;
}

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined | null> };

/** The fields with a value: Codex sends `null` for the others. */
function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  ) as Present<T>;
}
