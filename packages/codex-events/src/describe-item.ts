import { boundText } from "./bound-text.ts";
import type { McpToolCallItem, ThreadItem } from "./thread-event.ts";

/**
 * A summary of an item on one line of at most about 120 characters, for a live display:
 * `ktx/wiki_search`.
 */
export function describeItem(item: ThreadItem): string {
  return boundText(subject(item).replaceAll(/\s+/g, " ").trim(), 120);
}

function subject(item: ThreadItem): string {
  switch (item.type) {
    case "agent_message":
    case "reasoning":
      return item.text;
    case "command_execution":
      return item.command ?? "command";
    case "file_change":
      return item.changes.map((change) => change.path).join(", ");
    case "mcp_tool_call":
      return toolLabel(item);
    case "web_search":
      return item.query === undefined || item.query === "" ? "web search" : item.query;
    case "todo_list":
      return `${item.items.filter((todo) => todo.completed).length} of ${item.items.length} done`;
    case "error":
      return item.message;
    default:
      return item satisfies never;
  }
}

function toolLabel(item: McpToolCallItem): string {
  return item.server === undefined ? item.tool : `${item.server}/${item.tool}`;
}
