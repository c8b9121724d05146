import {
  type Arbitrary,
  boolean,
  constant,
  constantFrom,
  integer,
  nat,
  oneof,
  record,
} from "fast-check";
import type { ModelStep } from "../packages/batch/src/testing/index.ts";

const number = nat({ max: 30 });
const ends = ["heartbeat", "complete", "fail", "retry-later", "hold", "release"] as const;

/** One event of a store of units, in any order: workers that claim and end, pauses, and time that passes. */
export const modelStep: Arbitrary<ModelStep> = oneof(
  { weight: 3, arbitrary: record({ type: constant("add" as const), unit: number }) },
  {
    weight: 6,
    arbitrary: record({
      type: constant("claim" as const),
      worker: number,
      hasDropped: boolean(),
    }),
  },
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
