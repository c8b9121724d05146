import { expect, test } from "vitest";
import { isCompletedAgentStep, parseThreadEvent } from "../src/index.ts";
import { completed } from "./events.ts";

test.each<[string, boolean]>([
  ["command_execution", true],
  ["mcp_tool_call", true],
  ["file_change", true],
  ["web_search", true],
  ["agent_message", false],
  ["reasoning", false],
  ["todo_list", false],
  ["error", false],
  ["collab_tool_call", false],
])("a completed %s counts as a step: %s", (type, expected) => {
  const event = parseThreadEvent(completed({ type, text: "", message: "" }));
  expect(isCompletedAgentStep(event)).toBe(expected);
});

test.each(["item.started", "item.updated"])("a tool call in %s is no step", (type) => {
  const event = parseThreadEvent({ type, item: { type: "mcp_tool_call", tool: "t" } });
  expect(isCompletedAgentStep(event)).toBe(false);
});
