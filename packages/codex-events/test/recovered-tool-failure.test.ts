import { describe, expect, test } from "vitest";
import { parseThreadEvent, reduceTurn, summarizeTurn, type ToolFailure } from "../src/index.ts";
import { agentMessage, fold, toolCall, turnCompleted, turnStarted } from "./events.ts";

const failed = (tool: string, id = tool): object => called(tool, id, { status: "failed" });
const succeeded = (tool: string, id = tool): object => called(tool, id, { status: "completed" });
const started = (tool: string, id = tool): object => ({
  type: "item.started",
  item: { type: "mcp_tool_call", id, server: "ktx", tool, status: "in_progress" },
});

function called(tool: string, id: string, outcome: { status: string }): object {
  return toolCall({ id, tool, error: null, ...outcome });
}

/** The tools whose failures were not recovered. */
function unrecovered(...events: readonly object[]): readonly string[] {
  return failuresOf(events).flatMap(({ tool, recovered }) => (recovered ? [] : [tool]));
}

function failuresOf(events: readonly object[]): readonly ToolFailure[] {
  return summarizeTurn(fold(turnStarted, ...events, turnCompleted)).toolFailures;
}

describe("a failed call is recovered", () => {
  test.each<[string, readonly object[]]>([
    ["by a later success of the same tool", [failed("sql", "1"), succeeded("sql", "2")]],
    [
      "by a success that was started after the failure",
      [started("sql", "1"), failed("sql", "1"), started("sql", "2"), succeeded("sql", "2")],
    ],
    ["by a message that completes after it", [failed("sql"), agentMessage("It is locked.")]],
    [
      "by a message, whatever else failed before",
      [failed("sql"), failed("read"), agentMessage("Both are locked.")],
    ],
    ["by the third try", [failed("sql", "1"), failed("sql", "2"), succeeded("sql", "3")]],
    ["by a success under an id that was used before", [failed("sql", "1"), succeeded("sql", "1")]],
  ])("%s", (_, events) => {
    const failures = failuresOf(events);
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.every(({ recovered }) => recovered)).toBe(true);
  });
});

describe("a failed call is not recovered", () => {
  test.each<[string, readonly object[], readonly string[]]>([
    ["when nothing follows it", [failed("sql")], ["sql"]],
    ["by a message before it", [agentMessage("I try."), failed("sql")], ["sql"]],
    ["by an empty message", [failed("sql"), agentMessage(" \n")], ["sql"]],
    ["by a success of another tool", [failed("sql"), succeeded("read")], ["sql"]],
    ["by a success before it", [succeeded("sql", "1"), failed("sql", "2")], ["sql"]],
    [
      "by a call of the same tool that ran beside it",
      [started("sql", "1"), started("sql", "2"), failed("sql", "1"), succeeded("sql", "2")],
      ["sql"],
    ],
    [
      "when it fails again after a message",
      [failed("sql", "1"), agentMessage("Once more."), failed("sql", "2")],
      ["sql"],
    ],
    [
      "by a call that was started and never ended",
      [failed("sql", "1"), started("sql", "2")],
      ["sql"],
    ],
    [
      "by a success of a tool of that name on another server",
      [failed("sql", "1"), toolCall({ id: "2", server: "other", tool: "sql" })],
      ["sql"],
    ],
    [
      "when it is one of two, and the other one was",
      [failed("sql", "1"), failed("read", "2"), succeeded("read", "3")],
      ["sql"],
    ],
    [
      "by a call with the id of what every object has",
      [started("sql", "constructor"), failed("sql", "constructor")],
      ["sql"],
    ],
  ])("%s", (_, events, expected) => {
    expect(unrecovered(...events)).toEqual(expected);
  });
});

describe("of more than 100 failures", () => {
  const many = (tool: string, count: number): readonly object[] =>
    Array.from({ length: count }, (_, at) => failed(tool, `${tool}-${at}`));

  test("an unrecovered one outlasts recovered ones", () => {
    const events = [...many("sql", 100), succeeded("sql", "good"), failed("read")];
    expect(failuresOf(events)).toHaveLength(100);
    expect(unrecovered(...events)).toEqual(["read"]);
  });

  test("each tool keeps one", () => {
    const events = [failed("read"), ...many("sql", 150), succeeded("sql", "good")];
    expect(failuresOf(events)).toHaveLength(100);
    expect(unrecovered(...events)).toEqual(["read"]);
  });

  test("a call that was started before one of them fell out still does not recover what ran beside it", () => {
    const events = [
      ...many("read", 100),
      started("sql", "slow"),
      failed("sql", "quick"),
      succeeded("sql", "slow"),
    ];
    expect(new Set(unrecovered(...events))).toEqual(new Set(["read", "sql"]));
    expect(unrecovered(...events, succeeded("sql", "late"))).not.toContain("sql");
  });

  test("the last one is still recovered by what follows it", () => {
    expect(unrecovered(...many("sql", 250), agentMessage("I give up."))).toEqual([]);
  });
});

test("a live loop sees a failure before and after it is recovered", () => {
  const state = fold(turnStarted, failed("sql", "1"));
  expect(state.facts.toolFailures).toMatchObject([{ tool: "sql", recovered: false }]);
  const next = reduceTurn(state, parseThreadEvent(succeeded("sql", "2")), 0);
  expect(next.facts.toolFailures).toMatchObject([{ tool: "sql", recovered: true }]);
  expect(state.facts.toolFailures).toMatchObject([{ tool: "sql", recovered: false }]);
});

test("running calls are kept no longer than they run, and no more than 1,000 of them", () => {
  const ids = Array.from({ length: 1_200 }, (_, at) => `${at}`);
  const running = fold(...ids.map((id) => started("sql", id)));
  expect(running.facts.failuresBefore.size).toBe(1_000);
  const ended = ids.reduce(
    (state, id) => reduceTurn(state, parseThreadEvent(succeeded("sql", id)), 0),
    running,
  );
  expect(ended.facts.failuresBefore.size).toBe(0);
});
