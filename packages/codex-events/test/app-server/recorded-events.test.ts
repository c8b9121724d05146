import { describe, expect, test } from "vitest";
import type { ThreadEvent } from "../../src/index.ts";
import { serverRecordingNamed } from "./recordings.ts";
import { replayRecording } from "./replay-messages.ts";

const started: ThreadEvent = { type: "turn.started" };

function message(id: string, text: string): ThreadEvent {
  return { type: "item.completed", item: { type: "agent_message", id, text } };
}

function completed(answers: number): ThreadEvent {
  return {
    type: "turn.completed",
    usage: {
      input_tokens: 10 * answers,
      cached_input_tokens: 2 * answers,
      cache_write_input_tokens: 0,
      output_tokens: 5 * answers,
      reasoning_output_tokens: answers,
      total_tokens: 15 * answers,
    },
  };
}

const cut =
  "stream disconnected before completion: Transport error: network error: error decoding response body";
const disconnected = { type: "responseStreamDisconnected" };
const command = {
  type: "command_execution",
  id: "call_49xd54km",
  command: "/bin/bash -lc 'echo hi; ls /tmp/project; exit 3'",
} as const;
const declined = {
  type: "command_execution",
  id: "call_52018fhk",
  command: "/bin/bash -lc 'touch /tmp/project/leak-approval'",
  aggregated_output: "",
} as const;
const call = {
  type: "mcp_tool_call",
  id: "call_9yb2hkn",
  server: "ktx",
  tool: "wiki_search",
  arguments: { query: "x" },
} as const;

const dynamicCall = {
  type: "mcp_tool_call",
  id: "call_18gi3aqh",
  tool: "wiki_search",
  arguments: { query: "x" },
} as const;

const told: Readonly<Record<string, readonly ThreadEvent[]>> = {
  "delta-streaming": [started, message("msg_379i654", "Hello world"), completed(1)],
  "empty-output": [started, completed(1)],
  "dyn-success": [
    started,
    { type: "item.started", item: { ...dynamicCall, status: "in_progress" } },
    {
      type: "item.completed",
      item: {
        ...dynamicCall,
        result: { content: [{ type: "text", text: "found it" }] },
        status: "completed",
      },
    },
    message("msg_19nfxwo0", "hello world"),
    completed(2),
  ],
  reasoning: [
    started,
    {
      type: "item.completed",
      item: { type: "reasoning", id: "rs_5bjtr4d", text: "**Thinking** about it" },
    },
    message("msg_75ht1al", "answer"),
    completed(1),
  ],
  "command-exec": [
    started,
    {
      type: "item.started",
      item: { ...command, aggregated_output: "", status: "in_progress" },
    },
    {
      type: "item.completed",
      item: { ...command, aggregated_output: "hi\n", exit_code: 3, status: "failed" },
    },
    message("msg_50qz6rac", "hello world"),
    completed(2),
  ],
  "command-approval": [
    started,
    { type: "item.started", item: { ...declined, status: "in_progress" } },
    { type: "item.completed", item: { ...declined, status: "declined" } },
    message("msg_537m2fzm", "hello world"),
    completed(2),
  ],
  "mcp-success": [
    started,
    { type: "item.started", item: { ...call, status: "in_progress" } },
    {
      type: "item.completed",
      item: {
        ...call,
        result: { content: [{ type: "text", text: "found x" }], structured_content: { n: 1 } },
        status: "completed",
      },
    },
    message("msg_10035xn6", "hello world"),
    completed(2),
  ],
  "fail-stream-cut-retry2": [
    started,
    { type: "error", message: `Reconnecting... 1/2 (${cut})`, info: disconnected },
    { type: "error", message: `Reconnecting... 2/2 (${cut})`, info: disconnected },
    { type: "error", message: cut, info: { type: "other" } },
    { type: "turn.failed", error: { message: cut, info: { type: "other" } } },
  ],
  "interrupt-mid-stream": [started],
};

describe("the events of", () => {
  test.each(Object.entries(told))("%s", (name, events) => {
    expect(replayRecording(serverRecordingNamed(name)).events).toEqual(events);
  });
});
