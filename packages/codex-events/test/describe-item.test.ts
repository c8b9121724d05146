import { expect, test } from "vitest";
import { describeItem, type ThreadItem } from "../src/index.ts";

test.each<[ThreadItem, string]>([
  [{ type: "mcp_tool_call", server: "ktx", tool: "wiki_search" }, "ktx/wiki_search"],
  [{ type: "mcp_tool_call", tool: "wiki_search" }, "wiki_search"],
  [
    { type: "command_execution", command: "/bin/bash -lc 'echo\n one'" },
    "/bin/bash -lc 'echo one'",
  ],
  [{ type: "command_execution" }, "command"],
  [{ type: "file_change", changes: [{ path: "/p/a" }, { path: "/p/b" }] }, "/p/a, /p/b"],
  [{ type: "web_search", query: "codex sdk" }, "codex sdk"],
  [{ type: "web_search", query: "" }, "web search"],
  [{ type: "reasoning", text: "**Thinking**\nabout it" }, "**Thinking** about it"],
  [{ type: "agent_message", text: " hi " }, "hi"],
  [
    {
      type: "todo_list",
      items: [
        { text: "a", completed: true },
        { text: "b", completed: false },
      ],
    },
    "1 of 2 done",
  ],
  [{ type: "error", message: "careful" }, "careful"],
])("%o is described as %j", (item, expected) => {
  expect(describeItem(item)).toBe(expected);
});

test("a long item is described by its beginning and its end", () => {
  const text = `${"a".repeat(500)}${"z".repeat(500)}`;
  expect(describeItem({ type: "agent_message", text })).toBe(
    `${"a".repeat(60)} … ${"z".repeat(60)}`,
  );
});
