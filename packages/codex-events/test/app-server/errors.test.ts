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
  [
    "by its text alone, whatever Codex calls it",
    { message, codexErrorInfo: { httpConnectionFailed: { httpStatusCode: 401 } } },
    message,
  ],
])("an error is told %s, by itself and at the end", (_, error, expected) => {
  expect(eventsOf(errorTold(error), turnEnded("failed", error))).toEqual([
    { type: "error", message: expected },
    { type: "turn.failed", error: { message: expected } },
  ]);
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
