import { expect, test } from "vitest";
import { type CodexErrorInfo, refusesInstructions } from "../../src/index.ts";

const message = "Instructions are not valid";

test.each<readonly [boolean, string, CodexErrorInfo | undefined]>([
  [true, "text alone", undefined],
  [true, "a bad request by Codex's own account", { type: "badRequest" }],
  [true, "info that names no cause", { type: "other" }],
  [false, "info that names another cause", { type: "unauthorized" }],
  [false, "the status of another cause", { type: "other", httpStatus: 500 }],
])("refused instructions: %s for an error with %s", (expected, _, info) => {
  const facts = { message, ...(info !== undefined && { info }) };
  expect(refusesInstructions({ type: "error", ...facts })).toBe(expected);
  expect(refusesInstructions({ type: "turn.failed", error: facts })).toBe(expected);
});
