import type { ThreadEvent, ThreadItem } from "./thread-event.ts";

/**
 * One step of an agent = one completed action: a command, a tool call, a file change or a web
 * search.
 */
export function isCompletedAgentStep(event: ThreadEvent): boolean {
  return event.type === "item.completed" && actionTypes.has(event.item.type);
}

const actionTypes: ReadonlySet<ThreadItem["type"]> = new Set([
  "command_execution",
  "mcp_tool_call",
  "file_change",
  "web_search",
]);
