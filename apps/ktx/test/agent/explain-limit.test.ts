import { buildFailure } from "@ktx/codex-events";
import { expect, test } from "vitest";
import { explainLimit } from "../../src/agent/explain-limit.ts";
import { describeTime } from "../../src/render/describe-time.ts";

const nowMs = new Date(2026, 10, 29, 12, 0).getTime();
const facts = "Used up";
const message = `${facts}. Not waiting: later than maxWaitMs allows (60 s).`;

test("a limit that is not waited for names the flag, and its end by the clock of this machine", () => {
  const atMs = new Date(2026, 10, 29, 18, 13).getTime();
  const resetsAt = { text: "", precision: "second", atMs } as const;
  expect(
    explainLimit(buildFailure({ kind: "usage-limit", message, facts, resetsAt }), nowMs),
  ).toEqual({
    message: "Used up. Not waiting: it resets at 18:13, later than --wait allows.",
    next: "Give a longer --wait, run again after the reset, or use an API key.",
  });
  const rate = buildFailure({ kind: "rate-limit", message, facts, retryAfterMs: 90_400 });
  expect(explainLimit(rate, nowMs)).toEqual({
    message: "Used up. Not waiting: it lasts 91 seconds more, longer than --wait allows.",
    next: "Give a longer --wait, or try again later.",
  });
});

test("a limit whose end nobody knows, and any other failure, has its own words", () => {
  expect(explainLimit(buildFailure({ kind: "usage-limit", message: "No credits." }))).toBe(
    undefined,
  );
  expect(explainLimit(buildFailure({ kind: "server", message, facts }))).toBe(undefined);
});

test("a time that is far away has its date", () => {
  expect(describeTime(new Date(2026, 10, 30, 0, 5).getTime(), nowMs)).toBe("00:05");
  expect(describeTime(new Date(2026, 10, 30, 18, 13).getTime(), nowMs)).toBe("2026-11-30 18:13");
  expect(describeTime(Number.NaN, nowMs)).toBe("an unknown time");
});
