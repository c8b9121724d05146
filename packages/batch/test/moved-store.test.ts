import { rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { openSqliteStore, runBatch, type UnitOutcome, type UnitStore } from "../src/index.ts";

const leaseMs = 60_000;
const removed = {
  name: "StoreError",
  kind: "broken",
  message: expect.stringContaining("was removed or replaced while it was in use"),
};

/** Adds units and ends all of them. */
async function fill(store: UnitStore, keys: readonly string[]): Promise<void> {
  await store.add(
    keys.map((key) => ({ key, payload: 0 })),
    { id: "batch" },
  );
  for (const _ of keys) {
    const answer = await store.claim({ worker: "one", leaseMs });
    if (answer.type === "claimed") await store.complete(answer.claim, { result: "kept" });
  }
}

async function doneIn(file: string): Promise<readonly string[]> {
  await using store = await openSqliteStore({ file });
  const done: string[] = [];
  for await (const { key } of store.list({ states: ["done"] })) done.push(key);
  return done;
}

describe("a store whose file is not there any more", () => {
  const ways: Readonly<Record<string, (file: string) => Promise<void>>> = {
    removed: (file) => rm(file),
    "removed with its folder": (file) => rm(dirname(file), { recursive: true }),
    "moved away": (file) => rename(file, `${file}.moved`),
  };

  test.each(Object.entries(ways))("takes and gives nothing once it is %s", async (_, away) => {
    await using folder = await makeTestFolder("moved-store");
    const file = join(folder.path, "data", "store.sqlite");
    await using store = await openSqliteStore({ file });
    await fill(store, ["a"]);
    await store.add([{ key: "b", payload: 0 }], { id: "batch" });
    const answer = await store.claim({ worker: "one", leaseMs });
    if (answer.type !== "claimed") throw new Error("Expected a claim.");
    await away(file);
    await expect(store.complete(answer.claim, { result: "lost" })).rejects.toMatchObject(removed);
    await expect(store.heartbeat(answer.claim)).rejects.toMatchObject(removed);
    await expect(store.claim({ worker: "one", leaseMs })).rejects.toMatchObject(removed);
    await expect(store.counts()).rejects.toMatchObject(removed);
  });

  test("has all that it had recorded where it was moved to", async () => {
    await using folder = await makeTestFolder("moved-store");
    const file = join(folder.path, "store.sqlite");
    {
      await using store = await openSqliteStore({ file });
      await fill(store, ["a", "b"]);
      await rename(file, `${file}.moved`);
    }
    expect(await doneIn(`${file}.moved`)).toEqual(["a", "b"]);
    expect(await doneIn(file)).toEqual([]);
  });
});

test("a store that is moved over one in use keeps its own content, and ends the run with an error", async () => {
  await using folder = await makeTestFolder("moved-store");
  const [file, backup] = [join(folder.path, "store.sqlite"), join(folder.path, "backup.sqlite")];
  const kept = Array.from({ length: 200 }, (_, index) => `kept ${index}`);
  {
    await using store = await openSqliteStore({ file: backup });
    await fill(store, kept);
  }
  {
    await using store = await openSqliteStore({ file });
    const run = async ({ payload }: { payload: number }): Promise<UnitOutcome<string>> => {
      if (payload === 10) await rename(backup, file);
      return { type: "done", result: "lost" };
    };
    const units = Array.from({ length: 20 }, (_, payload) => ({ key: `new ${payload}`, payload }));
    await expect(runBatch({ units, store, run })).rejects.toMatchObject(removed);
  }
  expect(await doneIn(file)).toEqual(kept);
});

test("a run that is interrupted after its store was removed says so", async () => {
  await using folder = await makeTestFolder("moved-store");
  const file = join(folder.path, "store.sqlite");
  await using store = await openSqliteStore({ file });
  const interruption = new AbortController();
  const run = async (_: unknown, { signal }: { signal: AbortSignal }) => {
    const aborted = new Promise<void>((resolve) =>
      signal.addEventListener("abort", () => resolve()),
    );
    await rm(file);
    interruption.abort();
    await aborted;
    return { type: "done", result: "lost" } as const;
  };
  const units = [{ key: "a", payload: 0 }];
  await expect(runBatch({ units, store, run, signal: interruption.signal })).rejects.toMatchObject(
    removed,
  );
});
