import { describe, expect, test } from "vitest";
import { followResponses, noResponses, type ResponseStep } from "../../src/app-server/index.ts";
import type { ThreadEvent } from "../../src/index.ts";

type Followed = Parameters<typeof followResponses>[1];

const turn: Followed = { type: "turn.started" };
const delta: Followed = { type: "text-delta" };
const cut: Followed = { type: "error", message: "Reconnecting... 1/2" };
const call = (id: string): Followed => ({
  type: "response.call",
  id,
  tool: "look",
  arguments: "{}",
});
const answered = (id: string): Followed => ({
  type: "item.completed",
  item: { type: "mcp_tool_call", tool: "look", id },
});
const message: Followed = { type: "item.completed", item: { type: "agent_message", text: "Hi." } };
const completed = (id: string): Followed => ({
  type: "response.completed",
  id,
  usage: { input_tokens: 3, output_tokens: 2 },
});

function steps(...events: readonly Followed[]): readonly string[] {
  let progress = noResponses;
  return events.flatMap((event) => {
    const followed = followResponses(progress, event);
    progress = followed.progress;
    return followed.steps.map((step) =>
      step.type === "completed" ? `${step.id} with ${step.toolCalls} calls` : step.type,
    );
  });
}

describe("the responses of a turn", () => {
  test.each<[string, readonly Followed[], readonly string[]]>([
    [
      "an answer alone",
      [turn, delta, delta, message, completed("r1")],
      ["started", "first-chunk", "r1 with 0 calls"],
    ],
    [
      "a message that comes whole",
      [turn, message, completed("r1")],
      ["started", "first-chunk", "r1 with 0 calls"],
    ],
    [
      "a second request, after the last of the calls of one response",
      [
        turn,
        call("a"),
        call("b"),
        completed("r1"),
        answered("a"),
        answered("b"),
        delta,
        completed("r2"),
      ],
      ["started", "first-chunk", "r1 with 2 calls", "started", "first-chunk", "r2 with 0 calls"],
    ],
    [
      "calls that are answered before their response is complete",
      [turn, call("a"), answered("a"), completed("r1"), completed("r2")],
      ["started", "first-chunk", "r1 with 1 calls", "started", "r2 with 0 calls"],
    ],
    [
      "a reconnect, which is a part of its response",
      [turn, delta, cut, delta, completed("r1")],
      ["started", "first-chunk", "first-chunk", "r1 with 0 calls"],
    ],
    [
      "a response whose request nothing has shown",
      [turn, completed("r1"), completed("r2"), call("a"), completed("r3")],
      [
        "started",
        "r1 with 0 calls",
        "started",
        "r2 with 0 calls",
        "started",
        "first-chunk",
        "r3 with 1 calls",
      ],
    ],
    [
      "an answer of a call that no response made",
      [turn, completed("r1"), answered("z")],
      ["started", "r1 with 0 calls"],
    ],
  ])("%s", (_title, events, expected) => {
    expect(steps(...events)).toEqual(expected);
  });

  test("no event of another kind is a step", () => {
    const others: readonly ThreadEvent[] = [
      { type: "thread.started", thread_id: "t" },
      { type: "turn.completed" },
      { type: "turn.failed", error: { message: "It failed." } },
      { type: "malformed", line: "x" },
      { type: "unrecognized", raw: {} },
    ];
    expect(steps(...others)).toEqual([]);
  });

  test("a complete one has its tokens under our names, and none where Codex gave none", () => {
    const last = (event: Followed): ResponseStep | undefined =>
      followResponses(followResponses(noResponses, turn).progress, event).steps.at(-1);
    expect(last(completed("r1"))).toEqual({
      type: "completed",
      id: "r1",
      usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
      toolCalls: 0,
    });
    expect(last({ type: "response.completed" })).toEqual({ type: "completed", toolCalls: 0 });
  });
});
