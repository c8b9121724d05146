import { stripVTControlCharacters } from "node:util";
import type { LimitFailure, RateLimitEvent } from "@ktx/codex-runtime";
import { budgetNames, budgets } from "@ktx/codex-runtime/budgets";
import { expect, onTestFinished, test, vi } from "vitest";
import { createLiveSteps } from "../../src/render/live-steps.ts";
import { type CapturedIo, captureIo } from "../capture-io.ts";
import { screenOf } from "../screen-of.ts";

const run = { model: "gpt-5.5", host: "models.example", tools: ["read", "search"], stepBudget: 8 };
const call = { tool: "read", input: { page: "a.md" } };

test("in a log, each call is one line when it has ended", () => {
  const io = captureIo();
  using steps = createLiveSteps(io);
  steps.onStart(run);
  steps.onCallStart(call.tool, call.input);
  expect(io.written.stderr).toBe("gpt-5.5 · 2 tools · at most 8 steps\n");

  steps.onCallEnd({ ...call, durationMs: 3 });
  expect(io.written.stderr).toMatch(/steps\n {2}1 {2}read {4}"a\.md" +3 ms\n$/);
});

/** The lines of a terminal: the last one is about the present. */
function screen(io: CapturedIo): readonly string[] {
  return stripVTControlCharacters(screenOf(io.written.stderr)).split("\n");
}

test("in a terminal, the last line tells what goes on, and is empty in the end", () => {
  const io = captureIo({ isTTY: true });
  const seen: (string | undefined)[] = [];
  const note = () => seen.push(screen(io).at(-1));
  const steps = createLiveSteps(io);
  note();
  steps.onStart(run);
  steps.onEvent?.({ type: "turn.started" });
  note();
  steps.onCallStart("read", { page: "a.md" });
  note();
  steps.onCallStart("search", { query: "b" });
  note();
  steps.onCallEnd({ ...call, durationMs: 3 });
  note();
  steps.onEvent?.({ type: "error", message: "Reconnecting... 2/5 (gone)" });
  note();
  steps[Symbol.dispose]();
  note();
  expect(seen).toEqual([
    "  …  starting · 0 s",
    "  …  thinking · 0 s · 0 of 8 steps",
    "  …  tool read for 0 s · 0 s · 0 of 8 steps",
    "  …  tool read and 1 more for 0 s · 0 s · 0 of 8 steps",
    "  …  tool search for 0 s · 0 s · 0 of 8 steps",
    "  …  reconnecting 2 of 5 to models.example · 0 s · 0 of 8 steps",
    "",
  ]);
});

test("the last line grows older by itself, and keeps to the width that the terminal has now", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let ms = 0;
  const io = { ...captureIo({ isTTY: true }), now: () => ms };
  Object.assign(io.stderr, { columns: 80 });
  using steps = createLiveSteps(io);
  steps.onStart(run);
  steps.onEvent?.({ type: "turn.started" });
  ms = 12_000;
  vi.advanceTimersByTime(1_000);
  expect(screen(io).at(-1)).toBe("  …  thinking · no sign of life for 12 s · 12 s · 0 of 8 steps");
  Object.assign(io.stderr, { columns: 30 });
  io.stderr.emit("resize");
  vi.advanceTimersByTime(300);
  expect(screen(io).at(-1)).toBe("… silent for 12 s · 12 s");
});

test.each(budgetNames)(
  "the budget that is named %s is shown at the start, counted in its unit",
  (name) => {
    const { option, unit } = budgets[name];
    const io = captureIo();
    using steps = createLiveSteps(io);
    steps.onStart({ ...run, [option]: 1 });
    steps.onStart({ ...run, [option]: 2_000 });
    expect(io.written.stderr).toMatch(new RegExp(`\\b1 ${unit.one}\\b(?!s)`));
    expect(io.written.stderr).toContain(` 2,000 ${unit.many}`);
  },
);

test("all bounds of a run are named at its start", () => {
  const io = captureIo();
  using steps = createLiveSteps(io);
  steps.onStart({ ...run, toolCallBudget: 5, tokenBudget: 20_000, timeoutMs: 60_000 });
  expect(io.written.stderr).toBe(
    "gpt-5.5 · 2 tools · at most 20,000 tokens, 8 steps, 5 tool calls, 60 s\n",
  );
});

test("in a terminal, the last line tells how much of the budgets is used", () => {
  const io = captureIo({ isTTY: true });
  using steps = createLiveSteps(io);
  steps.onStart({ ...run, tokenBudget: 20_000 });
  steps.onUsage?.({ inputTokens: 1_200, outputTokens: 34 });
  steps.onStep({ stepIndex: 3, stepBudget: 8 });
  expect(screen(io).at(-1)).toBe("  …  thinking · 0 s · 3 of 8 steps · 1,234 of 20,000 tokens");
});

const failure: LimitFailure = {
  kind: "usage-limit",
  message: "You've hit your usage limit.",
  raw: "",
  retryable: false,
};

test("in a terminal, the end of a wait for a limit shows, and then the model thinks again", () => {
  const io = captureIo({ isTTY: true });
  const seen: (string | undefined)[] = [];
  using steps = createLiveSteps(io);
  steps.onStart(run);
  const [atMs, untilMs] = [new Date(2026, 10, 29, 9, 0), new Date(2026, 10, 29, 18, 13)].map(
    Number,
  );
  const events: readonly RateLimitEvent[] = [
    { type: "wait_started", atMs: atMs ?? 0, untilMs: untilMs ?? 0, failure },
    { type: "wait_finished", atMs: untilMs ?? 0, waitedMs: 60_000 },
  ];
  for (const event of events) {
    steps.onLimit(event);
    seen.push(screen(io).at(-1));
  }
  expect(seen).toEqual([
    "  …  waiting for the limit until 18:13 · 0 s · 0 of 8 steps",
    "  …  thinking · 0 s · 0 of 8 steps",
  ]);
});

test("in a log, a wait for a limit is one line", () => {
  const io = captureIo();
  using steps = createLiveSteps(io);
  steps.onLimit({ type: "wait_started", atMs: 0, untilMs: 60_000, failure });
  steps.onLimit({ type: "wait_tick", atMs: 1_000, untilMs: 60_000, remainingMs: 59_000 });
  steps.onLimit({ type: "wait_finished", atMs: 60_000, waitedMs: 60_000 });
  expect(io.written.stderr).toMatch(
    /^limit: You've hit your usage limit\. Waiting until \d\d:\d\d:\d\d\.\n$/,
  );
});

test("a wait that is longer than the run may wait, in one or in all, is no line: the run ends with the reason", () => {
  const io = captureIo();
  using steps = createLiveSteps(io);
  steps.onStart({ ...run, maxWaitMs: 60_000 });
  const { length } = io.written.stderr;
  for (const untilMs of [50_000, 50_000])
    steps.onLimit({ type: "wait_started", atMs: 0, untilMs, failure });
  steps.onLimit({ type: "wait_started", atMs: 0, untilMs: 61_000, failure });
  expect(io.written.stderr.slice(length).match(/Waiting until/g)).toHaveLength(1);
});

test("a limit that a turn of a kept thread meets is no line, and one before its turn is", () => {
  const lines = [false, true].map((isStarted) => {
    const io = captureIo();
    using steps = createLiveSteps(io);
    steps.onStart({ ...run, isHeld: true });
    if (isStarted) steps.onEvent?.({ type: "turn.started" });
    steps.onLimit({ type: "wait_started", atMs: 0, untilMs: 60_000, failure });
    return io.written.stderr.includes("Waiting until");
  });
  expect(lines).toEqual([true, false]);
});

test("a limit without a full stop gets one before the wait", () => {
  const io = captureIo();
  using steps = createLiveSteps(io);
  const message = "429 Too Many Requests";
  steps.onLimit({ type: "wait_started", atMs: 0, untilMs: 9, failure: { ...failure, message } });
  expect(io.written.stderr).toMatch(/^limit: 429 Too Many Requests\. Waiting until/);
});

test("a warning is told between the steps", () => {
  const io = captureIo();
  using steps = createLiveSteps(io);
  steps.onStart(run);
  steps.onWarning("Isolation is off.");
  expect(io.written.stderr).toMatch(/steps\nwarning: Isolation is off\.\n$/);
});
