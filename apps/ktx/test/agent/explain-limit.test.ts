import { buildFailure } from "@ktx/codex-events";
import { expect, test } from "vitest";
import { explainLimit, type LimitScene } from "../../src/agent/explain-limit.ts";
import { describeTime } from "../../src/render/describe-time.ts";

const nowMs = new Date(2026, 10, 29, 12, 0).getTime();
const facts = "Used up";
const message = `${facts}. Not waiting: later than maxWaitMs allows (60 s).`;
const atMs = new Date(2026, 10, 29, 18, 13).getTime();
const resetsAt = { text: "", precision: "second", atMs } as const;
const auth = { kind: "session" } as const;
const run: LimitScene = { auth, patience: { waitMs: 60_000, isHeld: false } };
const thread: LimitScene = { auth, patience: { waitMs: 60_000, isHeld: true } };
const chat: LimitScene = { ...thread, isChat: true };

/** The same command with a longer wait. */
function waiting({ patience, ...scene }: LimitScene, waitMs: number): LimitScene {
  return { ...scene, patience: { waitMs, isHeld: patience?.isHeld === true } };
}

test("a limit that is not waited for names the flag, and its end by the clock of this machine", () => {
  for (const scene of [undefined, run, thread])
    expect(
      explainLimit(buildFailure({ kind: "usage-limit", message, facts, resetsAt }), scene, nowMs),
    ).toEqual({
      message: "Used up. Not waiting: it resets at 18:13, later than --wait allows.",
      next: "Give a longer --wait <minutes>, run again after the reset, or use an API key.",
    });
  const rate = buildFailure({ kind: "rate-limit", message, facts, retryAfterMs: 90_400 });
  for (const scene of [undefined, run])
    expect(explainLimit(rate, scene, nowMs)).toEqual({
      message: "Used up. Not waiting: it lasts 91 seconds more, longer than --wait allows.",
      next: "Give a longer --wait <minutes>, or try again later.",
    });
});

test("a turn of a chat or of a named thread waits only within its time limit", () => {
  const rate = buildFailure({ kind: "rate-limit", message, facts, retryAfterMs: 3_600_000 });
  expect(explainLimit(rate, thread, nowMs)).toEqual({
    message: "Used up. Not waiting: it lasts 60 minutes more, longer than --wait allows.",
    next: "Give a longer --wait <minutes> and --timeout <seconds>, or try again later.",
  });
  expect(explainLimit(rate, waiting(thread, 3_600_000), nowMs)).toEqual({
    message: "Used up. Not waiting: it lasts 60 minutes more, longer than --timeout allows.",
    next: "Give a longer --timeout <seconds>, or try again later.",
  });
  // It has waited before, or has called a tool that must not run twice.
  expect(explainLimit(rate, waiting(run, 3_600_000), nowMs)).toEqual({
    message:
      "Used up. Not waiting: it lasts 60 minutes more, longer than --wait or --timeout allows.",
    next: "Give a longer --wait <minutes> or --timeout <seconds>, or try again later.",
  });
});

test("an open chat begins again for a longer wait, and sends its prompt again", () => {
  const used = buildFailure({ kind: "usage-limit", message, facts, resetsAt });
  expect(explainLimit(used, chat, nowMs)?.next).toBe(
    "Start the chat with a longer --wait <minutes>, send the prompt again after the reset, or use an API key.",
  );
  const rate = buildFailure({ kind: "rate-limit", message, facts, retryAfterMs: 3_600_000 });
  expect(explainLimit(rate, chat, nowMs)?.next).toBe(
    "Start the chat with a longer --wait <minutes> and --timeout <seconds>, or send the prompt again later.",
  );
});

test("a run that uses a key, or needs none, is not advised to use one", () => {
  const used = buildFailure({ kind: "usage-limit", message, facts, resetsAt });
  for (const other of [{ kind: "none" }, { kind: "api-key", apiKeyEnv: "MY_KEY" }] as const)
    expect(explainLimit(used, { ...run, auth: other }, nowMs)?.next).toBe(
      "Give a longer --wait <minutes>, or run again after the reset.",
    );
});

test("a turn that is never repeated names the flag for a limit that outlasts it", () => {
  const used = buildFailure({ kind: "usage-limit", message: "No more.", resetsAt });
  expect(explainLimit(used, thread, nowMs)?.message).toBe(
    "No more. Not waiting: it resets at 18:13, later than --wait allows.",
  );
  expect(explainLimit(used, waiting(thread, 86_400_000), nowMs)).toBe(undefined);
});

test("a limit whose end nobody knows, and any other failure, has its own words", () => {
  const unknown = buildFailure({ kind: "usage-limit", message: "No credits." });
  expect([undefined, run, chat].map((scene) => explainLimit(unknown, scene))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(explainLimit(buildFailure({ kind: "server", message, facts }), run)).toBe(undefined);
});

test("a time that is far away has its date", () => {
  expect(describeTime(new Date(2026, 10, 30, 0, 5).getTime(), nowMs)).toBe("00:05");
  expect(describeTime(new Date(2026, 10, 30, 18, 13).getTime(), nowMs)).toBe("2026-11-30 18:13");
  expect(describeTime(Number.NaN, nowMs)).toBe("an unknown time");
});
