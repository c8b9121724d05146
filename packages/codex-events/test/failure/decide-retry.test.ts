import { describe, expect, test } from "vitest";
import {
  buildFailure,
  classifyFailure,
  decideRetry,
  type RetryQuestion,
  type TurnFailure,
} from "../../src/index.ts";

function ask(question: Partial<RetryQuestion>): ReturnType<typeof decideRetry> {
  return decideRetry({
    failure: buildFailure({ kind: "server", message: "boom" }),
    retriesMade: 0,
    maxRetries: 3,
    sameKind: 1,
    repeatable: true,
    remainingMs: 60_000,
    random: 0,
    ...question,
  });
}

const plain = (kind: "auth" | "network" | "server"): TurnFailure =>
  buildFailure({ kind, message: "it failed" });

describe("by kind", () => {
  test.each([
    "auth",
    "model-unavailable",
    "usage-limit",
    "context-length",
    "invalid-output-schema",
    "invalid-request",
    "content-policy",
    "incomplete-response",
    "tool-server",
    "codex-config",
    "process",
    "aborted",
    "unknown",
  ] as const)("%s is never tried again", (kind) => {
    expect(ask({ failure: buildFailure({ kind, message: "no" }) })).toEqual({ retry: false });
  });

  test.each(["rate-limit", "network", "stream-disconnected", "server"] as const)(
    "%s is tried again as often as allowed",
    (kind) => {
      const failure = buildFailure({ kind, message: "not now" });
      expect(ask({ failure, retriesMade: 2, sameKind: 3 })).toMatchObject({ retry: true });
      expect(ask({ failure, retriesMade: 3, sameKind: 4 })).toEqual({ retry: false });
    },
  );

  test.each([
    ["an empty turn", buildFailure({ kind: "empty-turn", message: "nothing" })],
    ["a silent service", buildFailure({ kind: "timeout", limit: "idle", message: "silence" })],
  ])("%s is tried again once", (_, failure) => {
    expect(ask({ failure })).toMatchObject({ retry: true });
    expect(ask({ failure, sameKind: 2, retriesMade: 1 })).toEqual({ retry: false });
  });
});

test("Codex's own reconnects are retries too", () => {
  expect(ask({ retriesMade: 3 })).toEqual({ retry: false });
});

test("no retry is allowed where the policy allows none", () => {
  expect(ask({ maxRetries: 0 })).toEqual({ retry: false });
});

test("nothing is tried again once a tool may have changed something", () => {
  expect(ask({ repeatable: false })).toEqual({ retry: false });
});

test.each([
  [1, 0, 125],
  [1, 0.999_999, 250],
  [2, 0, 250],
  [3, 0.5, 750],
  [20, 0, 15_000],
  [20, 0.999_999, 30_000],
])("failure %d waits, with %d drawn, %d ms", (sameKind, random, delayMs) => {
  expect(ask({ sameKind, random, maxRetries: 99 })).toEqual({ retry: true, delayMs });
});

test("a wait that the service asks for is kept", () => {
  const failure = classifyFailure("rate limit exceeded: Please try again in 20s.");
  expect(ask({ failure })).toEqual({ retry: true, delayMs: 20_000 });
});

test("a wait that would reach the deadline is not begun", () => {
  const failure = classifyFailure("rate limit exceeded: Please try again in 20s.");
  expect(ask({ failure, remainingMs: 20_000 })).toEqual({ retry: false });
  expect(ask({ failure: plain("network"), remainingMs: 100 })).toEqual({ retry: false });
});
