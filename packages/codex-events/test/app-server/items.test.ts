import { describe, expect, test } from "vitest";
import { eventsOf, itemCompleted, itemStarted } from "./notifications.ts";

describe("thoughts", () => {
  test("are their summary, one part a line", () => {
    const reasoning = { type: "reasoning", summary: ["first", "second"], content: ["raw"] };
    expect(eventsOf(itemStarted(reasoning), itemCompleted(reasoning))).toEqual([
      { type: "item.completed", item: { type: "reasoning", id: "item", text: "first\nsecond" } },
    ]);
  });

  test.each([[[]], [[""]], [[" ", "\n"]]])("without a word are not told: %j", (summary) => {
    expect(eventsOf(itemCompleted({ type: "reasoning", summary, content: ["raw"] }))).toEqual([]);
  });

  test("leave out the parts that are no text", () => {
    const summary: readonly unknown[] = [null, "word", { toString: null }, ["nested"], 7];
    expect(eventsOf(itemCompleted({ type: "reasoning", summary }))).toMatchObject([
      { item: { text: "word" } },
    ]);
  });
});

describe("a web search", () => {
  test.each([
    [
      { type: "search", query: "ktx", queries: null },
      { type: "search", query: "ktx" },
    ],
    [
      { type: "openPage", url: "https://example.com" },
      { type: "open_page", url: "https://example.com" },
    ],
    [
      { type: "findInPage", url: "https://example.com", pattern: null },
      { type: "find_in_page", url: "https://example.com" },
    ],
    [{ type: "other" }, { type: "other" }],
    [null, undefined],
  ])("with the action %j", (action, expected) => {
    const search = { type: "webSearch", query: "ktx", action, results: null };
    expect(eventsOf(itemStarted(search), itemCompleted(search))).toEqual(
      ["item.started", "item.completed"].map((type) => ({
        type,
        item: {
          type: "web_search",
          id: "item",
          query: "ktx",
          ...(expected && { action: expected }),
        },
      })),
    );
  });
});

test.each(["userMessage", "plan", "imageView", "contextCompaction"])(
  "an item of type %s, which exec keeps to itself, makes no event",
  (type) => {
    const item = { type, text: "I am", tool: "t", status: "completed" };
    expect(eventsOf(itemStarted(item), itemCompleted(item))).toEqual([]);
  },
);

test("an item of a kind that neither transport knows is unrecognized, as over exec", () => {
  const item = { type: "laterInvention", id: "item", text: "I am" };
  const events = eventsOf(itemStarted(item), itemCompleted(item));
  expect(events).toMatchObject([
    { type: "unrecognized", raw: { type: "item.started", item: { type: "laterInvention" } } },
    { type: "unrecognized", raw: { type: "item.completed", item: { type: "laterInvention" } } },
  ]);
});

test("a call of a dynamic tool is reported as that of an MCP tool", () => {
  const item = {
    type: "dynamicToolCall",
    id: "item",
    tool: "search",
    arguments: { query: "x" },
    status: "completed",
    success: true,
    contentItems: [
      { type: "inputText", text: "found" },
      { type: "inputImage", imageUrl: "data:" },
    ],
  };
  expect(eventsOf(itemCompleted(item))).toEqual([
    {
      type: "item.completed",
      item: {
        type: "mcp_tool_call",
        id: "item",
        tool: "search",
        arguments: { query: "x" },
        status: "completed",
        result: { content: [{ type: "text", text: "found" }] },
      },
    },
  ]);
});

test("a message is told when it is complete, if it has a text", () => {
  const message = { type: "agentMessage", text: "", phase: null };
  expect(eventsOf(itemStarted(message), itemCompleted(message))).toEqual([
    { type: "item.completed", item: { type: "agent_message", id: "item", text: "" } },
  ]);
  expect(eventsOf(itemCompleted({ ...message, text: null }))).toEqual([]);
});
