import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  initialTurnState,
  parseThreadEvent,
  reduceTurn,
  summarizeTurn,
  type TurnState,
} from "../src/index.ts";
import {
  agentMessage,
  commandRun,
  completed,
  fold,
  provisionalError,
  toolCall,
  turnCompleted,
  turnFailed,
  turnStarted,
  warning,
} from "./events.ts";
import { rawEvent } from "./raw-event.ts";

const anyTurn = fc.array(rawEvent, { maxLength: 30 });

describe("steps", () => {
  test.each<[string, object]>([
    ["command", commandRun()],
    ["command that exited with 3", commandRun(3)],
    ["tool call", toolCall()],
    ["file change", completed({ type: "file_change", changes: [] })],
    ["web search", completed({ type: "web_search", query: "q" })],
  ])("a completed %s is one step, at its offset from the first event", (_, action) => {
    expect(fold(turnStarted, action).facts).toMatchObject({
      stepCount: 1,
      stepBoundariesMs: [10],
      toolFailures: [],
    });
  });

  test.each<[string, object]>([
    ["message", agentMessage("hi")],
    ["piece of reasoning", completed({ type: "reasoning", text: "hm" })],
    ["warning", warning("careful")],
    ["list of things to do", completed({ type: "todo_list", items: [] })],
    ["started command", { type: "item.started", item: { type: "command_execution" } }],
    ["updated command", { type: "item.updated", item: { type: "command_execution" } }],
  ])("a %s is none", (_, event) => {
    expect(fold(turnStarted, event).facts.stepCount).toBe(0);
  });

  test("a turn that completes without an action took one step, at its end", () => {
    expect(fold(turnStarted, agentMessage("hi"), turnCompleted).facts).toMatchObject({
      stepCount: 1,
      stepBoundariesMs: [20],
    });
  });

  test("a turn that completes with actions takes no further step", () => {
    expect(fold(turnStarted, toolCall(), toolCall(), turnCompleted).facts).toMatchObject({
      stepCount: 2,
      stepBoundariesMs: [10, 20],
    });
  });

  test("a turn that fails without an action took none", () => {
    expect(fold(turnStarted, turnFailed("bad")).facts.stepCount).toBe(0);
  });

  test("an offset is never negative, should the clock run backwards", () => {
    const started = reduceTurn(initialTurnState(), parseThreadEvent(turnStarted), 100);
    expect(reduceTurn(started, parseThreadEvent(toolCall()), 90).facts.stepBoundariesMs).toEqual([
      0,
    ]);
  });

  test("their number never falls", () => {
    fc.assert(
      fc.property(anyTurn, (raws) => {
        const counts = raws.map((_, index) => fold(...raws.slice(0, index + 1)).facts.stepCount);
        expect(counts).toEqual(counts.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe("the end of a turn", () => {
  const afterwards = [
    turnStarted,
    turnCompleted,
    turnFailed("late"),
    provisionalError("late"),
    agentMessage("late"),
    toolCall(),
  ];

  test.each<[string, TurnState]>([
    ["completed", fold(turnStarted, agentMessage("hi"), turnCompleted)],
    ["failed", fold(turnStarted, turnFailed("bad"))],
  ])("nothing changes a turn that has %s", (phase, state) => {
    expect(state.phase).toBe(phase);
    for (const raw of afterwards)
      expect(reduceTurn(state, parseThreadEvent(raw), 5000)).toBe(state);
  });

  test("nothing at all changes a turn that has ended", () => {
    fc.assert(
      fc.property(anyTurn, rawEvent, (raws, late) => {
        const state = fold(...raws);
        fc.pre(state.phase !== "running");
        expect(reduceTurn(state, parseThreadEvent(late), 5000)).toBe(state);
      }),
    );
  });

  test("an error on its own does not end the turn", () => {
    expect(fold(turnStarted, provisionalError("Reconnecting... 1/2 (cut)")).phase).toBe("running");
  });

  test("a failed turn without a text takes that of the last error", () => {
    expect(fold(provisionalError("why"), { type: "turn.failed" })).toMatchObject({
      phase: "failed",
      failureText: "why",
    });
  });
});

describe("what the state keeps", () => {
  test("the last message, not the first and not all", () => {
    expect(fold(agentMessage("one"), agentMessage("two")).facts.lastMessage).toBe("two");
  });

  test("each warning once", () => {
    expect(fold(warning("a"), warning("b"), warning("a")).facts.warnings).toEqual(["a", "b"]);
  });

  test("is the same object while nothing happens", () => {
    const state = fold(turnStarted);
    expect(reduceTurn(state, parseThreadEvent({ type: "?" }), 5000)).toBe(state);
  });

  test.each<[string, (index: number) => object]>([
    ["messages", (index) => agentMessage(`message ${index % 10}`)],
    ["reconnects", () => provisionalError("Reconnecting... waiting for network (down)")],
    ["equal warnings", () => warning("careful")],
    ["unknown events", (index) => ({ type: "later.invention", index })],
    ["started items", () => ({ type: "item.started", item: { type: "web_search" } })],
  ])("does not grow with the number of %s", (_, build) => {
    expect(sizeAfter(10_000, build)).toBeLessThanOrEqual(sizeAfter(100, build) + counterDigits);
  });

  test.each<[string, (index: number) => object]>([
    ["steps", () => commandRun()],
    ["failed tool calls", () => toolCall({ status: "failed" })],
    ["different warnings", (index) => warning(`warning ${1_000_000 + index}`)],
  ])("stops growing with the number of %s", (_, build) => {
    expect(sizeAfter(10_000, build)).toBeLessThanOrEqual(sizeAfter(1000, build) + counterDigits);
  });

  test("cuts long warnings and tool failures", () => {
    const long = "x".repeat(1_000_000);
    const failedCall = toolCall({ status: "failed", error: { message: long } });
    expect(JSON.stringify(fold(warning(long), failedCall)).length).toBeLessThan(7000);
  });

  test("counts every step, though it keeps the offsets of the first thousand", () => {
    const { stepCount, stepBoundariesMs } = stateAfter(1500, () => commandRun()).facts;
    expect([stepCount, stepBoundariesMs.length]).toEqual([1500, 1000]);
  });
});

test("any sequence of events can be folded and summarized", () => {
  fc.assert(
    fc.property(anyTurn, (raws) => {
      const summary = summarizeTurn(fold(...raws));
      expect(summary.failure === undefined).toBe(
        summary.outcome === "completed" ||
          (summary.outcome === "incomplete" && !raws.some(isProvisionalError)),
      );
    }),
  );
});

/** Counters (steps, errors, calls) may gain digits. */
const counterDigits = 8;

function sizeAfter(count: number, build: (index: number) => object): number {
  return JSON.stringify(stateAfter(count, build)).length;
}

function stateAfter(count: number, build: (index: number) => object): TurnState {
  let state = reduceTurn(initialTurnState(), parseThreadEvent(turnStarted), 0);
  for (let index = 0; index < count; index += 1)
    state = reduceTurn(state, parseThreadEvent(build(index)), 5);
  return state;
}

function isProvisionalError(raw: unknown): boolean {
  return parseThreadEvent(raw).type === "error";
}
