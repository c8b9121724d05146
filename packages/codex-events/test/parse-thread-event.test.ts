import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseThreadEvent, parseThreadEventLine } from "../src/index.ts";
import { agentMessage, completed, toolCall } from "./events.ts";
import { rawEvent } from "./raw-event.ts";

describe("parseThreadEvent", () => {
  test.each<[string, unknown, unknown]>([
    [
      "a thread with its id",
      { type: "thread.started", thread_id: "t" },
      { type: "thread.started", thread_id: "t" },
    ],
    ["a thread without an id", { type: "thread.started" }, { type: "thread.started" }],
    ["a turn's start", { type: "turn.started", extra: 1 }, { type: "turn.started" }],
    [
      "usage with only what was reported",
      { type: "turn.completed", usage: { input_tokens: 3, output_tokens: "4", extra: 1 } },
      { type: "turn.completed", usage: { input_tokens: 3 } },
    ],
    ["a turn without usage", { type: "turn.completed", usage: null }, { type: "turn.completed" }],
    [
      "a failed turn",
      { type: "turn.failed", error: { message: "bad" } },
      { type: "turn.failed", error: { message: "bad" } },
    ],
    [
      "a failed turn whose error is a bare text",
      { type: "turn.failed", error: "bad" },
      { type: "turn.failed", error: { message: "bad" } },
    ],
    [
      "a failed turn that says nothing: it ends the turn all the same",
      { type: "turn.failed" },
      { type: "turn.failed", error: { message: "" } },
    ],
    [
      "a provisional error",
      { type: "error", message: "Reconnecting... 1/2 (x)" },
      { type: "error", message: "Reconnecting... 1/2 (x)" },
    ],
    [
      "nulls as absence",
      completed({ type: "command_execution", command: "ls", exit_code: null, status: null }),
      completed({ type: "command_execution", command: "ls" }),
    ],
    [
      "a web search with Codex's own action",
      completed({ type: "web_search", query: "q", action: { type: "search" } }),
      completed({ type: "web_search", query: "q", action: { type: "search" } }),
    ],
    [
      "the changes of a file change, without those that name no file",
      completed({
        type: "file_change",
        changes: [{ path: "/a", kind: "add" }, { kind: "add" }, 1],
      }),
      completed({ type: "file_change", changes: [{ path: "/a", kind: "add" }] }),
    ],
    [
      "a list of things to do",
      completed({
        type: "todo_list",
        items: [{ text: "a", completed: true }, { text: "b" }, null],
      }),
      completed({
        type: "todo_list",
        items: [
          { text: "a", completed: true },
          { text: "b", completed: false },
        ],
      }),
    ],
  ])("reads %s", (_, raw, event) => {
    expect(parseThreadEvent(raw)).toEqual(event);
  });

  test.each(["tool", "name", "tool_name"])("finds a tool's name in `%s`", (field) => {
    const raw = completed({ type: "mcp_tool_call", [field]: "wiki_search" });
    expect(parseThreadEvent(raw)).toEqual(
      completed({ type: "mcp_tool_call", tool: "wiki_search" }),
    );
  });

  test("calls a tool without a name `unnamed`", () => {
    expect(parseThreadEvent(completed({ type: "mcp_tool_call" }))).toEqual(
      completed({ type: "mcp_tool_call", tool: "unnamed" }),
    );
  });

  test.each<[string, unknown, object]>([
    ["null", null, {}],
    ["an empty object", {}, {}],
    ["an empty text", "", {}],
    ["a populated error", { message: "no" }, { error: { message: "no" } }],
    ["an error without a message", { code: 1 }, { error: { message: "" } }],
    ["a bare text", "no", { error: { message: "no" } }],
  ])("reads the error of a tool call that is %s", (_, error, expected) => {
    expect(parseThreadEvent(completed({ type: "mcp_tool_call", tool: "t", error }))).toEqual(
      completed({ type: "mcp_tool_call", tool: "t", ...expected }),
    );
  });

  test("keeps the arguments and the result of a tool call", () => {
    expect(parseThreadEvent(toolCall())).toEqual(
      completed({
        type: "mcp_tool_call",
        server: "ktx",
        tool: "wiki_search",
        arguments: { query: "rev" },
        result: { content: [{ type: "text", text: "found" }] },
        status: "completed",
      }),
    );
  });

  test.each<[string, unknown]>([
    ["an unknown event", { type: "turn.paused", why: 1 }],
    ["an unknown item", completed({ type: "collab_tool_call", tool: "wait" })],
    ["a message without its text", completed({ type: "agent_message" })],
    ["an item event without an item", { type: "item.completed" }],
    ["an object without a type", { hello: 1 }],
    ["an array", [{ type: "turn.started" }]],
    ["null", null],
    ["nothing", undefined],
  ])("keeps %s as unrecognized, with the raw value", (_, raw) => {
    expect(parseThreadEvent(raw)).toEqual({ type: "unrecognized", raw });
  });

  test("never throws, on any JSON value", () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), rawEvent), (value) => {
        expect(parseThreadEvent(value)).toHaveProperty("type");
      }),
    );
  });
});

describe("parseThreadEventLine", () => {
  test("reads a line of JSON", () => {
    const raw = agentMessage("a\u2028b");
    expect(parseThreadEventLine(JSON.stringify(raw))).toEqual(raw);
  });

  test("takes the last of two equal keys, which web searches have", () => {
    expect(
      parseThreadEventLine(
        '{"type":"item.completed","item":{"id":"item_0","type":"web_search","id":"ws_1"}}',
      ),
    ).toEqual({ type: "item.completed", item: { type: "web_search", id: "ws_1" } });
  });

  test.each(["", "not json", '{"type":"item.completed","item":{"te'])(
    "keeps %j as malformed, with the line",
    (line) => {
      expect(parseThreadEventLine(line)).toEqual({ type: "malformed", line });
    },
  );

  test("never throws, on any string", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        expect(parseThreadEventLine(line)).toHaveProperty("type");
      }),
    );
  });

  test("survives JSON that is nested too deep to be written again", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const line = `{"type":"item.completed","item":{"type":"mcp_tool_call","tool":"t","status":"failed","result":{"content":[],"structured_content":${deep}}}}`;
    expect(parseThreadEventLine(line).type).toBe("item.completed");
  });
});
