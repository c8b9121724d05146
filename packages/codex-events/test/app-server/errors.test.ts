import { expect, test } from "vitest";
import { errorTold, eventsOf, turnEnded } from "./notifications.ts";
import { summarizeEvents } from "./replay-messages.ts";

const message = "Reconnecting... 1/2";
const details = "stream disconnected before completion";

test.each([
  [
    "with its details in brackets",
    { message, additionalDetails: details },
    `${message} (${details})`,
  ],
  ["without details that are not there", { message, additionalDetails: null }, message],
  ["without details that are empty", { message, additionalDetails: "" }, message],
  ["without a text, as the service sent none", { message: "", additionalDetails: null }, ""],
])("an error is told %s, by itself and at the end", (_, error, expected) => {
  expect(eventsOf(errorTold(error), turnEnded("failed", error))).toEqual([
    { type: "error", message: expected },
    { type: "turn.failed", error: { message: expected } },
  ]);
});

test.each([
  ["usageLimitExceeded", { type: "usageLimitExceeded" }],
  [
    { httpConnectionFailed: { httpStatusCode: 401 } },
    { type: "httpConnectionFailed", httpStatus: 401 },
  ],
  ["other", { type: "other" }],
])("an error carries what Codex calls it: %j", (codexErrorInfo, info) => {
  const error = { message, codexErrorInfo };
  expect(eventsOf(errorTold(error), turnEnded("failed", error))).toEqual([
    { type: "error", message, info },
    { type: "turn.failed", error: { message, info } },
  ]);
});

test("what Codex calls an error decides, and not its words", () => {
  const error = { message: "Es geht nicht.", codexErrorInfo: "contextWindowExceeded" };
  const events = eventsOf(errorTold(error), turnEnded("failed", error));
  expect(summarizeEvents(events).failure).toMatchObject({
    kind: "context-length",
    message: "Es geht nicht.",
  });
});

test("a turn that failed without saying why failed as its last error was called", () => {
  const events = eventsOf(
    errorTold({ message: "hm", codexErrorInfo: "serverOverloaded" }),
    turnEnded("failed"),
  );
  expect(summarizeEvents(events).failure?.kind).toBe("server");
});

test("a later error is not called what an earlier one was", () => {
  const events = eventsOf(
    errorTold({ message: "hm", codexErrorInfo: "serverOverloaded" }),
    errorTold({ message: "Not logged in", codexErrorInfo: null }),
  );
  expect(summarizeEvents(events).failure?.kind).toBe("auth");
});

test("errors that the turn survives are recoveries", () => {
  const { outcome, recoveries, failure } = summarizeEvents(
    eventsOf(errorTold({ message }), errorTold({ message }), turnEnded("completed")),
  );
  expect([outcome, recoveries, failure]).toEqual(["completed", 2, undefined]);
});

test("a turn that failed without saying why failed with its last error", () => {
  const events = eventsOf(
    errorTold({ message: "Quota exceeded. Check your plan and billing details." }),
    turnEnded("failed"),
  );
  expect(summarizeEvents(events)).toMatchObject({
    outcome: "failed",
    failure: { kind: "usage-limit" },
  });
});

test("an error that was not told in words is none", () => {
  expect(eventsOf(errorTold({ additionalDetails: details }), errorTold({ message: 7 }))).toEqual(
    [],
  );
});
