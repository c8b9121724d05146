import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPostgresStore } from "../src/index.ts";
import { startPostgres, type TestPostgres } from "./start-postgres.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

/** The statements of the README for any SQL client. */
async function readStatements(): Promise<readonly string[]> {
  const readme = await readFile(join(import.meta.dirname, "../README.md"), "utf8");
  return [...readme.matchAll(/^```sql\n([^`]*)^```/gm)].flatMap(([, block = ""]) =>
    block.split("\n").filter((line) => line !== ""),
  );
}

test("the statements of the README show workers, units, and blobs as text", async () => {
  await using store = await openPostgresStore({ url: postgres.url() });
  const lines = JSON.stringify(["Ein Überblick", "zwei"]);
  const address = await store.putBlob(new TextEncoder().encode(lines));
  const unit = (key: string, payload: unknown) => ({ key, group: "anna", payload });
  await store.add([unit("a", { lines: address }), unit("b", null)], { id: "night" });
  const claim = async () => {
    const answer = await store.claim({ worker: "host 1", leaseMs: 60_000 });
    if (answer.type === "none") throw new Error("Expected a unit.");
    return answer.claim;
  };
  await store.complete(await claim(), { result: 1, usage: { tokens: 700, ranMs: 5_000 } });
  await claim();
  const answers: unknown[] = [];
  for (const statement of await readStatements()) answers.push(await postgres.query(statement));
  expect(answers).toEqual([
    [{ worker: "host 1", count: "1", min: expect.any(Date) }],
    [
      { unit: "a", group: "anna", ran_seconds: expect.stringMatching(/^5\.0+$/), tokens: "700" },
      { unit: "b", group: "anna", ran_seconds: expect.stringMatching(/^0\.0+$/), tokens: "0" },
    ],
    [{ minute: expect.any(Date), count: "1" }],
    [{ blob: address, bytes: 25, text: lines }],
    [{ key: "a", lines }],
  ]);
});
