import { expect, test } from "vitest";
import { estimateBatch } from "../src/index.ts";

const sampleOf = (weight: number, tokens: number, group = "g") => ({
  group,
  weight,
  usage: { tokens, ranMs: tokens * 2 },
});

function tokensOf(
  samples: readonly ReturnType<typeof sampleOf>[],
  weights: readonly number[],
): number | undefined {
  const open = weights.map((weight) => ({ group: "g", weight }));
  return estimateBatch({ open, samples, concurrency: 1 }).tokens;
}

test("the cost of all units follows from the cost of their weights", () => {
  // 5,000 tokens of instructions, and a quarter of a token for each character.
  const samples = [20, 400, 4_000, 100].map((weight) => sampleOf(weight, 5_000 + weight / 4));
  expect(tokensOf(samples, [40_000])).toBe(15_000);
  expect(tokensOf(samples, [20, 20])).toBe(2 * 5_005);
});

test.each([
  ["weights that hardly differ", [100, 101, 99, 100], [400, 404, 396, 400], 50, 200],
  ["two samples", [10, 1_000], [100, 200], 10, 3],
  ["costs that fall with the weight", [10, 1_000, 500], [300, 100, 200], 10, 200],
  ["a line that would begin below 0", [10, 20, 40], [0, 20, 60], 5, 6],
  ["samples without any weight", [0, 0, 0], [10, 20, 30], 1_000, 20],
])("an estimate from %s is neither negative nor far away", (_, weights, tokens, weight, wanted) => {
  const samples = weights.map((one, index) => sampleOf(one, tokens[index] ?? 0));
  expect(tokensOf(samples, [weight])).toBe(wanted);
});

test("a group is estimated from its own units, and a new group from all", () => {
  const samples = [sampleOf(1, 10, "a"), sampleOf(1, 30, "b")];
  const open = [
    { group: "a", weight: 1 },
    { group: "new", weight: 1 },
  ];
  expect(estimateBatch({ open, samples, concurrency: 2 })).toEqual({
    units: 2,
    weight: 2,
    samples: 2,
    tokens: 30,
    ms: 30,
  });
});

test("no finished unit gives no figure", () => {
  const open = [{ group: "g", weight: 7 }];
  expect(estimateBatch({ open, samples: [], concurrency: 1 })).toEqual({
    units: 1,
    weight: 7,
    samples: 0,
  });
});
