import { stripVTControlCharacters } from "node:util";
import type { LimitFailure, RateLimitEvent } from "@ktx/codex-runtime";
import { budgetNames, budgets } from "@ktx/codex-runtime/budgets";
import { expect, test } from "vitest";
import { createLiveSteps } from "../../src/render/live-steps.ts";
import { captureIo } from "../capture-io.ts";

const run = { model: "gpt-5.5", tools: ["read", "search"], stepBudget: 8 };
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

/** What a terminal's last line shows: whatever follows the last carriage return or line break. */
function lastLine(text: string): string {
  return (
    stripVTControlCharacters(text)
      .split(/[\r\n]/)
      .at(-1) ?? ""
  );
}

test("in a terminal, the last line tells what goes on, and is empty in the end", () => {
  const io = captureIo({ isTTY: true });
  const seen: string[] = [];
  const note = () => seen.push(lastLine(io.written.stderr));
  const steps = createLiveSteps(io);
  steps.onStart(run);
  note();
  steps.onCallStart("read", { page: "a.md" });
  steps.onCallStart("search", { query: "b" });
  note();
  steps.onCallEnd({ ...call, durationMs: 3 });
  note();
  steps[Symbol.dispose]();
  note();
  expect(seen).toEqual([
    "  …  the model is thinking",
    '  …  read "a.md" · search "b"',
    '  …  search "b"',
    "",
  ]);
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

test("in a terminal, the last line tells how much of the step budget is used", () => {
  const io = captureIo({ isTTY: true });
  using steps = createLiveSteps(io);
  steps.onStart(run);
  steps.onStep({ stepIndex: 3, stepBudget: 8 });
  expect(lastLine(io.written.stderr)).toBe("  …  3 of 8 steps · the model is thinking");
});

const failure: LimitFailure = {
  kind: "usage-limit",
  message: "You've hit your usage limit.",
  raw: "",
  retryable: false,
};

test("in a terminal, a wait for a limit is counted down, and then the model thinks again", () => {
  const io = captureIo({ isTTY: true });
  const seen: string[] = [];
  using steps = createLiveSteps(io);
  steps.onStart(run);
  const events: readonly RateLimitEvent[] = [
    { type: "wait_started", atMs: 0, untilMs: 3_849_000, failure },
    { type: "wait_tick", atMs: 3_840_000, untilMs: 3_849_000, remainingMs: 9_000 },
    { type: "wait_finished", atMs: 3_849_000, waitedMs: 3_849_000 },
  ];
  for (const event of events) {
    steps.onLimit(event);
    seen.push(lastLine(io.written.stderr));
  }
  expect(seen).toEqual([
    "  …  waiting for the limit to reset, 1:04:09 to go",
    "  …  waiting for the limit to reset, 00:09 to go",
    "  …  the model is thinking",
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

test("a warning is told between the steps", () => {
  const io = captureIo();
  using steps = createLiveSteps(io);
  steps.onStart(run);
  steps.onWarning("Isolation is off.");
  expect(io.written.stderr).toMatch(/steps\nwarning: Isolation is off\.\n$/);
});
