import { expect, test } from "vitest";
import type { ThreadEvent } from "../../src/index.ts";
import { eventsOf, itemCompleted, itemStarted } from "./notifications.ts";
import { summarizeEvents } from "./replay-messages.ts";

const call = {
  type: "mcpToolCall",
  server: "ktx",
  tool: "wiki_search",
  status: "inProgress",
  arguments: { query: "rev" },
  result: null,
  error: null,
  durationMs: null,
};

function callEvent(type: "item.started" | "item.completed", fields: object): ThreadEvent {
  const { server, tool, arguments: given } = call;
  return {
    type,
    item: { type: "mcp_tool_call", id: "item", server, tool, arguments: given, ...fields },
  };
}

test("a call that has begun has neither result nor error", () => {
  expect(eventsOf(itemStarted(call))).toEqual([
    callEvent("item.started", { status: "in_progress" }),
  ]);
});

test("a call that was answered has its result, and structured content in Codex's other spelling", () => {
  const result = {
    content: [{ type: "text", text: "found" }],
    structuredContent: { n: 1 },
    _meta: null,
  };
  expect(eventsOf(itemCompleted({ ...call, status: "completed", result }))).toEqual([
    callEvent("item.completed", {
      status: "completed",
      result: { content: result.content, structured_content: { n: 1 } },
    }),
  ]);
});

test("a tool that answered with an error failed for the reason in its content", () => {
  const result = { content: [{ type: "text", text: "denied by policy" }], structuredContent: null };
  const events = eventsOf(itemCompleted({ ...call, status: "failed", result }));
  expect(events).toEqual([
    callEvent("item.completed", { status: "failed", result: { content: result.content } }),
  ]);
  expect(summarizeEvents(events)).toMatchObject({
    toolCallCount: 1,
    toolFailures: [{ server: "ktx", tool: "wiki_search", message: "denied by policy" }],
  });
});

test("a tool that could not be reached failed for the reason in its error", () => {
  const error = { message: "tool call error: timed out awaiting tools/call after 1000ms" };
  const events = eventsOf(itemCompleted({ ...call, status: "failed", error }));
  expect(events).toEqual([callEvent("item.completed", { status: "failed", error })]);
  expect(summarizeEvents(events)).toMatchObject({
    toolCallCount: 1,
    toolFailures: [{ server: "ktx", tool: "wiki_search", message: error.message }],
  });
});

test("calls side by side keep their ids, in whatever order they end", () => {
  const events = eventsOf(
    itemStarted({ ...call, id: "a" }),
    itemStarted({ ...call, id: "b" }),
    itemCompleted({ ...call, id: "b", status: "completed" }),
    itemCompleted({ ...call, id: "a", status: "completed" }),
  );
  expect(events.map((event) => "item" in event && event.item.id)).toEqual(["a", "b", "b", "a"]);
});
