import { expect, test } from "vitest";
import { quotaWindows } from "../../src/index.ts";

test("the windows of an account have their length in minutes and their reset in milliseconds", () => {
  expect(
    quotaWindows({
      limitId: "codex",
      primary: { usedPercent: 42, windowDurationMins: 300, resetsAt: 1_800_000_000 },
      secondary: { usedPercent: 24, windowDurationMins: 10_080 },
      credits: { hasCredits: false, unlimited: false },
    }),
  ).toEqual([
    {
      name: "codex primary",
      usedPercent: 42,
      windowMinutes: 300,
      resetsAtMs: 1_800_000_000_000,
      hasCredits: false,
    },
    { name: "codex secondary", usedPercent: 24, windowMinutes: 10_080, hasCredits: false },
  ]);
});

test.each([{ hasCredits: true }, { unlimited: true }])(
  "credits go on after a window, and not after a member's own allowance: %j",
  (credits) => {
    expect(
      quotaWindows({
        primary: { usedPercent: 100 },
        credits,
        individualLimit: { remainingPercent: 30, resetsAt: 1_800_000_000 },
      }),
    ).toEqual([
      { name: "codex primary", usedPercent: 100, hasCredits: true },
      {
        name: "codex individual",
        usedPercent: 70,
        resetsAtMs: 1_800_000_000_000,
        hasCredits: false,
      },
    ]);
  },
);

test("an account without limits has no windows", () => {
  expect(quotaWindows({ planType: "plus" })).toEqual([]);
});
