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
const short = { ...wait, untilMs: wait.atMs + 14_000 };
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
  [
    "a wait for a limit, and its countdown in the last hour",
    [[1, wait]],
    33_101,
    "waiting for the limit until 18:13, 1 min 20 s left · 9 h 11 min",
  ],
  ["a long wait for a limit", [[1, wait]], 3_700, "waiting for the limit until 18:13 · 1 h 1 min"],
  [
    "the wait for a limit, whatever Codex says of its reconnects meanwhile",
    [
      [1, short],
      [1, { type: "reconnecting", attempt: 1, of: 2, host: "models.example" }],
    ],
    11,
    "waiting for the limit until 09:00:14, 4 s left · 11 s",
  ],
  ["the end of a wait", [[1, short]], 15, "thinking · 15 s"],
  ["a silence after a wait", [[1, short]], 26, "thinking · no sign of life for 11 s · 26 s"],
  [
    "a wait that the service asks for",
    [[1, { ...short, isForService: true }]],
    2,
    "waiting for the service until 09:00:14, 13 s left · 2 s",
  ],
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
  expect(lineAfter(events, 2, 10)).toBe("… starting");
  expect(lineAfter(events, 2, 6)).toBe("… sta…");
});

const reconnecting = {
  type: "reconnecting",
  attempt: 2,
  of: 5,
  host: "models.example",
} as const satisfies LiveEvent;

test.each<[string, LiveEvent, number, string, string, string]>([
  [
    "thinking",
    { type: "started" },
    13,
    "  …  thinking · silent for 12 s · 13 s",
    "… silent 12 s · 13 s",
    "… silent for 12 s",
  ],
  [
    "a reconnect",
    reconnecting,
    13,
    "  …  retry 2 of 5 · silent 12 s · 13 s",
    "… silent 12 s · 13 s",
    "… silent for 12 s",
  ],
  [
    "a tool",
    { type: "call-started", id: "1", name: "lookup" },
    13,
    "  …  tool lookup for 12 s · 13 s",
    "… lookup 12 s · 13 s",
    "… tool 12 s · 13 s",
  ],
  [
    "a wait",
    short,
    5,
    "  …  waiting until 09:00:14 · 5 s",
    "… waits 10 s · 5 s",
    "… waits 10 s · 5 s",
  ],
])("a narrow line says what goes on, a silence, and the time: %s", (_, event, second, ...lines) => {
  const events = [
    [0, { type: "budgets", steps: 8, tokens: 20_000 }],
    [1, event],
  ] as const;
  expect([39, 20, 18].map((columns) => lineAfter(events, second, columns))).toEqual(lines);
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
