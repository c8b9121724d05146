import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  constant,
  constantFrom,
  integer,
  nat,
  oneof,
  record,
} from "fast-check";
import { expect, test } from "vitest";
import { longRuns } from "../../../test/long-form.ts";
import { type ModelStep, replayOnModel } from "../src/testing/index.ts";
import { makeSqliteStore } from "./make-store.ts";

const number = nat({ max: 30 });
const ends = ["heartbeat", "complete", "fail", "retry-later", "hold", "release"] as const;

const step: Arbitrary<ModelStep> = oneof(
  { weight: 3, arbitrary: record({ type: constant("add" as const), unit: number }) },
  { weight: 6, arbitrary: record({ type: constant("claim" as const), worker: number }) },
  { weight: 8, arbitrary: record({ type: constantFrom(...ends), claim: number }) },
  {
    weight: 1,
    arbitrary: record({
      type: constant("pause" as const),
      group: number,
      ms: integer({ min: 1, max: 30_000 }),
    }),
  },
  { weight: 1, arbitrary: record({ type: constant("resume" as const), group: number }) },
  { weight: 1, arbitrary: record({ type: constant("retry" as const), unit: number }) },
  {
    weight: 3,
    arbitrary: record({
      type: constant("advance" as const),
      ms: integer({ min: 1, max: 12_000 }),
    }),
  },
);

test("any interleaving of workers has the answers of the model", async () => {
  let replayed = 0;
  await assert(
    asyncProperty(array(step, { minLength: 10, maxLength: 80 }), async (steps) => {
      await replayOnModel(makeSqliteStore, steps);
      replayed += 1;
    }),
    longRuns(60),
  );
  expect(replayed).toBeGreaterThanOrEqual(60);
});
