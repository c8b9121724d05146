import { mkdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { openSqliteStore } from "../src/index.ts";
import { unitStoreContract } from "../src/testing/index.ts";
import { makeSqliteStore } from "./make-store.ts";

const leaseMs = 10_000;
const batch = { id: "batch" };

describe("the contract on SQLite", () => {
  test.each(unitStoreContract)("$title", async ({ run }) => {
    await expect(run(makeSqliteStore)).resolves.toBeUndefined();
  });
});

test("a clock that is set back keeps no unit for longer than a lease, a wait or a pause was long", async () => {
  let nowMs = 1_800_000_000_000;
  await using made = await makeSqliteStore(() => nowMs);
  await using store = await made.open();
  const units = ["a", "b"].map((key) => ({ key, payload: 0 }));
  await store.add(units, batch);
  await store.claim({ worker: "dead", leaseMs });
  const failed = await store.claim({ worker: "one", leaseMs });
  if (failed.type === "claimed")
    await store.fail(failed.claim, {
      failure: { kind: "x", message: "x" },
      retryAfterMs: 5_000,
    });
  nowMs -= 3_600_000;
  expect(await store.claim({ worker: "one", leaseMs })).toMatchObject({
    type: "none",
    nextInMs: 5_000,
  });
  nowMs += 5_000;
  expect(await store.claim({ worker: "one", leaseMs })).toMatchObject({
    claim: { unit: { key: "b" } },
  });
  nowMs += 5_000;
  expect(await store.claim({ worker: "one", leaseMs })).toMatchObject({
    claim: { unit: { key: "a" } },
  });
  await store.pause("default", { untilMs: nowMs + 60_000, reason: "Used up." });
  nowMs -= 3_600_000;
  expect(await store.paused()).toMatchObject([{ untilMs: nowMs + 60_000 }]);
});

test("a store of a newer version is refused in one sentence, and not changed", async () => {
  await using made = await makeSqliteStore(() => 0);
  await (await made.open())[Symbol.asyncDispose]();
  const database = new DatabaseSync(made.file);
  database.exec("PRAGMA user_version = 7");
  database.close();
  const error: unknown = await made.open().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: "StoreError", kind: "newer" });
  expect(String(error)).toBe(
    `StoreError: The store ${made.file} has format 7, and this version of ktx knows formats up to 1: update ktx, or choose another file.`,
  );
});

test.each([
  ["text", "foreign", (file: string) => writeFile(file, "This is a text file. ".repeat(100))],
  [
    "another program's database",
    "foreign",
    async (file: string) => {
      const database = new DatabaseSync(file);
      database.exec("CREATE TABLE notes (text TEXT)");
      database.close();
    },
  ],
])("a file that is %s is refused and not changed", async (_, kind, write) => {
  await using made = await makeSqliteStore(() => 0);
  await write(made.file);
  const before = await stat(made.file);
  await expect(made.open()).rejects.toMatchObject({ name: "StoreError", kind });
  expect((await stat(made.file)).size).toBe(before.size);
});

test.each([
  ["below a file", "taken/store.sqlite", "a file has the name of a folder"],
  ["below a link without a target", "nowhere/store.sqlite", "its path leads nowhere"],
  ["in the place of a folder", "folder", "a folder has its name"],
])("a store %s is refused with its path, the reason and the next step", async (_, name, reason) => {
  await using folder = await makeTestFolder("batch");
  await writeFile(join(folder.path, "taken"), "");
  await mkdir(join(folder.path, "folder"));
  await symlink(join(folder.path, "none"), join(folder.path, "nowhere"));
  const file = join(folder.path, name);
  const opened = openSqliteStore({ file });
  await expect(opened).rejects.toMatchObject({ name: "StoreError", kind: "broken" });
  await expect(opened).rejects.toThrow(`Expected a place for the store ${file} where files`);
  await expect(opened).rejects.toThrow(reason);
  await expect(opened).rejects.toThrow(/hoose another|away, or choose/);
});

test("a file of the store is readable by its owner alone", async () => {
  await using made = await makeSqliteStore(() => 0);
  await using _ = await made.open();
  for (const suffix of ["", "-wal", "-shm"])
    expect((await stat(`${made.file}${suffix}`)).mode & 0o077).toBe(0);
});
