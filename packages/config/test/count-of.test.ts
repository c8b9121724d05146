import { expect, test } from "vitest";
import { countOf } from "../src/index.ts";

test.each([
  [0, "tool", "0 tools"],
  [1, "tool", "1 tool"],
  [2, "tool", "2 tools"],
  [20_000, "token", "20,000 tokens"],
  [1, { one: "reply", many: "replies" }, "1 reply"],
  [3, { one: "reply", many: "replies" }, "3 replies"],
])("%i and %j are %s", (count, noun, words) => {
  expect(countOf(count, noun)).toBe(words);
});
