import { expect, test } from "vitest";
import { describeLive, describeManyLive } from "../../src/terminal/describe-live.ts";
import { type LiveEvent, nextLive, startLive } from "../../src/terminal/live-state.ts";

/** The line after these events, each at its second. */
function lineAfter(
  events: readonly (readonly [second: number, LiveEvent])[],
  second: number,
  columns = 120,
): string {
  const state = events.reduce(
    (before, [at, event]) => nextLive(before, event, at * 1_000),
    startLive(0),
  );
  return describeLive(state, { nowMs: second * 1_000, columns });
}

const wait = {
  type: "waiting",
  atMs: Number(new Date(2026, 10, 29, 9, 0)),
  untilMs: Number(new Date(2026, 10, 29, 18, 13)),
} as const;
const tomorrow = { ...wait, untilMs: Number(new Date(2026, 10, 30, 7, 5)) };

test.each<[string, readonly (readonly [number, LiveEvent])[], number, string]>([
  ["the start", [], 3, "starting · 3 s"],
  ["the thinking of the model", [[1, { type: "started" }]], 3, "thinking · 3 s"],
  [
    "a tool, and its time",
    [[1, { type: "call-started", id: "1", name: "read" }]],
    4,
    "tool read for 3 s · 4 s",
  ],
  [
    "the time of a tool since it was allowed",
    [
      [1, { type: "call-started", id: "1", name: "read" }],
      [1, { type: "call-started", id: "2", name: "list" }],
      [31, { type: "call-allowed", id: "1" }],
    ],
    34,
    "tool read and 1 more for 3 s · 34 s",
  ],
  [
    "several tools",
    [
      [1, { type: "call-started", id: "1", name: "read" }],
      [2, { type: "call-started", id: "2", name: "search" }],
      [3, { type: "call-ended", id: "1" }],
    ],
    4,
    "tool search for 2 s · 4 s",
  ],
  [
    "a reconnect",
    [[2, { type: "reconnecting", attempt: 2, of: 5, host: "models.example" }]],
    3,
    "reconnecting 2 of 5 to models.example · 3 s",
  ],
  [
    "a wait for a network",
    [[2, { type: "reconnecting", host: "OpenAI" }]],
    3,
    "reconnecting to OpenAI · 3 s",
  ],
  [
    "the model after a reconnect",
    [
      [1, { type: "reconnecting", attempt: 1, of: 5 }],
      [2, { type: "heard" }],
    ],
    3,
    "thinking · 3 s",
  ],
  ["a wait for a limit", [[1, wait]], 3_700, "waiting for the limit until 18:13 · 1 h 1 min"],
  [
    "a wait until tomorrow",
    [[1, tomorrow]],
    90,
    "waiting for the limit until 2026-11-30 07:05 · 1 min 30 s",
  ],
  [
    "the budgets",
    [
      [0, { type: "budgets", steps: 8, tokens: 20_000 }],
      [1, { type: "step", used: 2 }],
      [2, { type: "tokens", used: 1_234 }],
    ],
    3,
    "thinking · 3 s · 2 of 8 steps · 1,234 of 20,000 tokens",
  ],
  ["tokens without a budget", [[1, { type: "tokens", used: 1 }]], 2, "starting · 2 s · 1 token"],
  [
    "a silence of ten seconds",
    [[1, { type: "started" }]],
    11,
    "thinking · no sign of life for 10 s · 11 s",
  ],
  ["no shorter silence", [[1, { type: "started" }]], 10, "thinking · 10 s"],
  [
    "no silence of a tool",
    [[1, { type: "call-started", id: "1", name: "read" }]],
    61,
    "tool read for 1 min 0 s · 1 min 1 s",
  ],
  [
    "the end of a silence",
    [
      [1, { type: "started" }],
      [30, { type: "heard" }],
    ],
    31,
    "thinking · 31 s",
  ],
])("the line tells %s", (_, events, second, line) => {
  expect(lineAfter(events, second)).toBe(`  …  ${line}`);
});

test("parts that do not fit are left out whole, the last ones first", () => {
  const events = [
    [0, { type: "budgets", steps: 8 }],
    [1, { type: "tokens", used: 1_234 }],
  ] as const;
  expect(lineAfter(events, 2, 45)).toBe("  …  starting · 2 s · 0 of 8 steps");
  expect(lineAfter(events, 2, 20)).toBe("  …  starting · 2 s");
  expect(lineAfter(events, 2, 10)).toBe("  …  star…");
});

test("the line of many runs has their counts first, then a reconnect or a tool, and what does not fit is left out", () => {
  const after = (event: LiveEvent): string[] => {
    const state = nextLive(startLive(0), event, 1_000);
    const many = { nowMs: 13_000, progress: ["2 of 9", "3 running"], left: "2 min left" };
    return [120, 36, 12].map((columns) => describeManyLive(state, { ...many, columns }));
  };
  expect(after({ type: "reconnecting", attempt: 2, of: 5, host: "models.example" })).toEqual([
    "  …  2 of 9 · 3 running · reconnecting 2 of 5 to models.example · no sign of life for 12 s · 13 s · 2 min left",
    "  …  2 of 9 · 3 running · 13 s",
    "  …  2 of 9",
  ]);
  expect(after({ type: "call-started", id: "1", name: "read" })[0]).toBe(
    "  …  2 of 9 · 3 running · tool read for 12 s · 13 s · 2 min left",
  );
});
