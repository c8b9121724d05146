import { expect, test } from "vitest";
import { findWords } from "../scripts/find-words.ts";

test.each([
  "The file can not be read.",
  "/** What a run needs. */",
  " * How long a call takes.",
  "  // Whether the run is over.",
  "The model is told about the limit.",
  "The name tells of its owner.",
  "undefined for a value that is none.",
  "The thread starts anew.",
  "The constraint is in words.",
  "It fails all the same.",
  "The sum comes to three.",
  "The value, else what stands behind it.",
])("a sentence that breaks a rule is found with its line: %s", (sentence) => {
  expect(findWords(`First line.\n${sentence}\n`)).toEqual([
    { line: 2, rule: expect.any(String), text: sentence.trim() },
  ]);
});

test.each([
  "The file cannot be read.",
  "/** The needs of a run. */",
  " * Reports what the run needs, and how long it takes.",
  "How do I start? Run `pnpm demo`.",
  "The backend is `none`, the default.",
  "Nonetheless, the same tools come together.",
])("another sentence is not found: %s", (sentence) => {
  expect(findWords(sentence)).toEqual([]);
});

test("a line that breaks two rules is found for each of them", () => {
  expect(findWords("It can not start anew.").map(({ line }) => line)).toEqual([1, 1]);
});
