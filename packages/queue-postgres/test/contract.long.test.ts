import { replayOnModel, unitStoreContract } from "@ktx/batch/testing";
import { array, assert, asyncProperty } from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { longRuns } from "../../../test/long-form.ts";
import { modelStep } from "../../../test/model-steps.ts";
import { makeStoreIn } from "./make-store.ts";
import { postgresVersions, startPostgres, type TestPostgres } from "./start-postgres.ts";

describe.each(postgresVersions)("on Postgres %i", (version) => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres(version);
  });
  afterAll(() => postgres[Symbol.asyncDispose]());

  describe("the contract of stores", () => {
    test.each(unitStoreContract)("$title", async ({ run }) => {
      await expect(run(makeStoreIn(postgres))).resolves.toBeUndefined();
    });
  });

  test("any interleaving of workers has the answers of the model", async () => {
    let replayed = 0;
    await assert(
      asyncProperty(array(modelStep, { minLength: 10, maxLength: 80 }), async (steps) => {
        await replayOnModel(makeStoreIn(postgres), steps);
        replayed += 1;
      }),
      longRuns(15),
    );
    expect(replayed).toBeGreaterThanOrEqual(15);
  });

  test("the server is of this version, unless KTX_TEST_POSTGRES names another", async () => {
    const [row] = await postgres.query("SELECT current_setting('server_version_num')::int AS num");
    const isOther = process.env["KTX_TEST_POSTGRES"] !== undefined;
    expect(isOther || Math.floor(Number(row?.["num"]) / 10_000) === version).toBe(true);
  });
});
