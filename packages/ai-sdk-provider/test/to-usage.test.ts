import { expect, test } from "vitest";
import { usageSince } from "../src/to-usage.ts";

test("the tokens of a step are those reported since the step before", () => {
  const before = { inputTokens: 10, cachedInputTokens: 2, outputTokens: 5 };
  const now = {
    inputTokens: 30,
    cachedInputTokens: 12,
    cacheWriteInputTokens: 3,
    outputTokens: 9,
    reasoningOutputTokens: 1,
  };
  expect(usageSince(before, now)).toEqual({
    inputTokens: { total: 20, noCache: 7, cacheRead: 10, cacheWrite: 3 },
    outputTokens: { total: 4, text: 3, reasoning: 1 },
  });
});

test("tokens that nobody reported are not zero", () => {
  const { inputTokens, outputTokens } = usageSince({ inputTokens: 3 }, { inputTokens: 3 });
  expect([inputTokens.total, inputTokens.cacheWrite, outputTokens.total]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
