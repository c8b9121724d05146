import { array, assert, asyncProperty } from "fast-check";
import { expect, test } from "vitest";
import { longRuns } from "../../../test/long-form.ts";
import { modelStep } from "../../../test/model-steps.ts";
import { replayOnModel } from "../src/testing/index.ts";
import { makeSqliteStore } from "./make-store.ts";

test("any interleaving of workers has the answers of the model", async () => {
  let replayed = 0;
  await assert(
    asyncProperty(array(modelStep, { minLength: 10, maxLength: 80 }), async (steps) => {
      await replayOnModel(makeSqliteStore, steps);
      replayed += 1;
    }),
    longRuns(60),
  );
  expect(replayed).toBeGreaterThanOrEqual(60);
});
