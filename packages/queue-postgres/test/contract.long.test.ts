import { replayOnModel, unitStoreContract } from "@ktx/batch/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeStoreIn } from "./make-store.ts";
import { startPostgres, type TestPostgres } from "./start-postgres.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

describe("the contract of stores, on Postgres", () => {
  test("has cases", () => expect(unitStoreContract.length).toBeGreaterThan(20));

  test.each(unitStoreContract.map((each) => [each.title, each] as const))("%s", (_, { run }) =>
    run(makeStoreIn(postgres)),
  );
});
