import { expect, test } from "vitest";
import { attempt } from "../src/index.ts";

const now = (): number => 1_000;

test("the value of a call is the result, with the last total of its tokens", async () => {
  const outcome = await attempt(async (onMetrics) => {
    onMetrics({ usage: { totalTokens: 5 } });
    onMetrics({ usage: { totalTokens: 15 } });
    return "Yes.";
  });
  expect(outcome).toEqual({ type: "done", result: "Yes.", tokens: 15 });
});

/** An error as `@ktx/codex-runtime` throws it. */
function errorOf(failure: object): Error {
  return Object.assign(new Error("The run failed."), { failure });
}

test.each([
  [
    "a usage limit pauses the group until its reset",
    errorOf({ kind: "usage-limit", message: "Used up.", resetsAt: { atMs: 9_000 } }),
    { type: "limited", limit: { message: "Used up.", untilMs: 9_000 } },
  ],
  [
    "a usage limit without a time pauses it, too",
    errorOf({ kind: "usage-limit", message: "Used up.", resetsAt: { text: "tomorrow" } }),
    { type: "limited", limit: { message: "Used up." } },
  ],
  [
    "a rate limit pauses it for the span that the service gives",
    errorOf({ kind: "rate-limit", message: "Too many.", retryAfterMs: 500 }),
    { type: "limited", limit: { message: "Too many.", untilMs: 1_500 } },
  ],
  [
    "a limit that the call did not wait for pauses it, without the reason of the call",
    errorOf({ kind: "rate-limit", message: "Too many. Not waiting.", facts: "Too many." }),
    { type: "limited", limit: { message: "Too many." } },
  ],
  [
    "a missing sign-in ends the run",
    errorOf({ kind: "auth", message: "Sign in." }),
    { type: "blocked", failure: { kind: "auth", message: "Sign in." } },
  ],
  [
    "a failure that another attempt would meet again is not tried again",
    errorOf({ kind: "invalid-request", message: "No.", retryable: false }),
    { type: "failed", failure: { kind: "invalid-request", message: "No." }, isRetryable: false },
  ],
  [
    "a failure of the service is tried again",
    errorOf({ kind: "server", retryable: true }),
    { type: "failed", failure: { kind: "server", message: "The run failed." }, isRetryable: true },
  ],
  [
    "another error is tried again",
    new Error("Lost."),
    { type: "failed", failure: { kind: "thrown", message: "Lost." } },
  ],
  ["so is a thrown text", "no", { type: "failed", failure: { kind: "thrown", message: "no" } }],
  ["and nothing at all", null, { type: "failed", failure: { kind: "thrown", message: "null" } }],
])("%s, and its tokens count", async (_, thrown, outcome) => {
  const work = async (onMetrics: (metrics: { usage: { totalTokens: number } }) => void) => {
    onMetrics({ usage: { totalTokens: 7 } });
    throw thrown;
  };
  expect(await attempt(work, now)).toEqual({ ...outcome, tokens: 7 });
});
