import { describe, expect, test } from "vitest";
import {
  buildFailure,
  describeFailure,
  type FailureKind,
  type TurnFailure,
} from "../../src/index.ts";

/** Whether the same call may succeed a little later, by kind. */
const kinds: Readonly<Record<FailureKind, boolean>> = {
  auth: false,
  "model-unavailable": false,
  "usage-limit": false,
  "rate-limit": true,
  "context-length": false,
  "invalid-output-schema": false,
  "invalid-request": false,
  "content-policy": false,
  "incomplete-response": false,
  "tool-server": false,
  "thread-unavailable": false,
  "codex-config": false,
  network: true,
  "stream-disconnected": true,
  server: true,
  "empty-turn": true,
  timeout: true,
  process: false,
  aborted: false,
  unknown: false,
};

const allKinds = Object.keys(kinds) as FailureKind[];

function failureOf(kind: FailureKind): TurnFailure {
  const message = "It failed.";
  if (kind === "timeout") return buildFailure({ kind, limit: "idle", message });
  if (kind === "thread-unavailable")
    return buildFailure({ kind, problem: "unknown", threadId: "id", message });
  return buildFailure({ kind, message });
}

describe.each(allKinds)("%s", (kind) => {
  test("has a next step of its own, one line long", () => {
    const step = describeFailure({ kind });
    expect(step).toMatch(/^[A-Z].{10,110}\.$/);
    expect(allKinds.filter((other) => describeFailure({ kind: other }) === step)).toEqual([kind]);
  });

  test(`is ${kinds[kind] ? "" : "not "}worth another try as it is`, () => {
    expect(failureOf(kind).retryable).toBe(kinds[kind]);
  });
});

test("the next step for a missing sign-in begins with what to do", () => {
  expect(describeFailure({ kind: "auth" })).toMatch(/^Authenticate Codex: run `codex login`/);
});

test("a failure is built whole from its facts", () => {
  expect(
    buildFailure({ kind: "timeout", limit: "wall-clock", message: "The run took over 60 s." }),
  ).toEqual({
    kind: "timeout",
    limit: "wall-clock",
    message: "The run took over 60 s.",
    raw: "",
    retryable: true,
  });
});
