import { join } from "node:path";
import { loadSqlite } from "@ktx/sqlite";
import { expect, test } from "vitest";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { toStoreError } from "../src/sqlite/to-store-error.ts";

test("a file that another process keeps locked has a sentence that holds for one who waits, too", async () => {
  await using folder = await makeTestFolder("locked");
  const file = join(folder.path, "units.sqlite");
  const { DatabaseSync } = loadSqlite();
  const [holder, other] = [new DatabaseSync(file), new DatabaseSync(file, { timeout: 0 })];
  holder.exec("BEGIN IMMEDIATE");
  let refusal: unknown;
  try {
    other.exec("BEGIN IMMEDIATE");
  } catch (error) {
    refusal = toStoreError(error, file);
  }
  for (const database of [holder, other]) database.close();
  expect(refusal).toMatchObject({
    kind: "busy",
    message: `Another process keeps the store ${file} locked. End it, or wait until it has finished. What was recorded is kept. (SQLite: database is locked)`,
  });
});
