import { expect, test } from "vitest";
import { beginServerTurn } from "../../src/app-server/index.ts";
import { parseThreadEvent } from "../../src/index.ts";
import { eventsOf, ids, notification, replay, turnEnded, usageTold } from "./notifications.ts";
import { replayMessages, tokensOf } from "./replay-messages.ts";

const usage = { inputTokens: 100, cachedInputTokens: 10, outputTokens: 20, totalTokens: 120 };
const written = notification("rawResponseItem/completed", {
  ...ids,
  item: { type: "function_call", call_id: "call_1", name: "wiki_read", arguments: '{"page":1}' },
});
const complete = notification("rawResponse/completed", { ...ids, responseId: "resp_1", usage });

test("a response gives its calls and its tokens before the calls are made", () => {
  const events = eventsOf(written, complete);
  expect(events).toEqual([
    { type: "response.call", id: "call_1", tool: "wiki_read", arguments: '{"page":1}' },
    {
      type: "response.completed",
      id: "resp_1",
      usage: {
        input_tokens: 100,
        cached_input_tokens: 10,
        output_tokens: 20,
        total_tokens: 120,
      },
    },
  ]);
  expect(events.map(parseThreadEvent)).toEqual(events);
});

test("its tokens are those of the turn at once, and are not counted again with the thread", () => {
  expect(tokensOf(replay(complete))).toMatchObject({ inputTokens: 100, outputTokens: 20 });
  const told = replay(complete, usageTold(100, 20), complete, usageTold(200, 40));
  expect(tokensOf(told)).toMatchObject({ inputTokens: 200, outputTokens: 40, totalTokens: 240 });
  const next = replayMessages(
    [complete, usageTold(300, 60), turnEnded("completed")],
    beginServerTurn(ids, told.turn),
  );
  expect(tokensOf(next)).toMatchObject({ inputTokens: 100, outputTokens: 20 });
});

test("a dynamic tool is called by its own name", () => {
  const dynamicTools = { server: "ktx", ownNames: new Map([["wiki_read", "wiki-read"]]) };
  const { events } = replayMessages([written], beginServerTurn({ ...ids, dynamicTools }));
  expect(events).toMatchObject([{ type: "response.call", tool: "wiki-read" }]);
});

test.each([
  { type: "message", role: "assistant", content: [] },
  { type: "function_call", name: "f" },
  { type: "function_call", call_id: "c" },
  "call",
  null,
])("an item that is no call of a tool gives no event: %j", (item) => {
  expect(eventsOf(notification("rawResponseItem/completed", { ...ids, item }))).toEqual([]);
});

test("a response without a count of its tokens is complete, too", () => {
  const silent = notification("rawResponse/completed", { ...ids, usage: null });
  expect(eventsOf(silent)).toEqual([{ type: "response.completed" }]);
  expect(replay(silent).turn.usage ?? {}).toEqual({});
});
