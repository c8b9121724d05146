import { setTimeout as wait } from "node:timers/promises";
import type { Claim, UnitStore } from "@ktx/batch";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPostgresStore, pruneBatches, type PruneOptions } from "../src/index.ts";
import { newSchema } from "./make-store.ts";
import { startPostgres, type TestPostgres } from "./start-postgres.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

const hourMs = 3_600_000;
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Scene {
  readonly store: UnitStore;
  /** Adds one unit of this name, in a batch of the same name. */
  readonly add: (name: string, group?: string) => Promise<void>;
  readonly claim: (batchId: string) => Promise<Claim>;
  /** Lets all that is there be two hours old. */
  readonly age: () => Promise<void>;
  /** Removes what is older than one hour, unless the options say otherwise. */
  readonly prune: (options?: Partial<PruneOptions>) => Promise<number>;
  readonly schema: string;
  readonly batches: () => Promise<readonly unknown[]>;
  readonly namesIn: (table: string, column?: string) => Promise<readonly unknown[]>;
}

async function inScene(body: (scene: Scene) => Promise<void>): Promise<void> {
  const schema = newSchema();
  const url = postgres.url();
  let nowMs = Date.now() - 2 * hourMs;
  await using store = await openPostgresStore({ url, schema, now: () => nowMs });
  const namesIn: Scene["namesIn"] = async (table, column = "name") =>
    (await postgres.query(`SELECT ${column} AS name FROM ${schema}.${table} ORDER BY 1`)).map(
      ({ name }) => name,
    );
  await body({
    store,
    add: async (name, group = "default") =>
      void (await store.add([{ key: name, group, payload: null }], { id: name })),
    claim: async (batchId) => {
      const answer = await store.claim({ worker: "one", leaseMs: hourMs / 2, batchId });
      if (answer.type === "none") throw new Error("Expected a unit.");
      return answer.claim;
    },
    age: async () => {
      nowMs = Date.now();
    },
    prune: (options) =>
      pruneBatches({ url, schema, olderThanMs: hourMs, abandonedAfterMs: hourMs, ...options }),
    schema,
    batches: () => namesIn("batches"),
    namesIn,
  });
}

test("old batches go with the units that no other batch has: those that are done, and those of a plan that nobody works on", () =>
  inScene(async ({ store, add, claim, age, prune, batches, namesIn }) => {
    for (const name of ["done", "interrupted", "killed"]) await add(name);
    await store.add(
      [
        { key: "shared", payload: null },
        { key: "done", payload: null },
      ],
      { id: "done" },
    );
    const [needed, unneeded] = [
      await store.putBlob(encode("needed")),
      await store.putBlob(encode("unneeded")),
    ];
    for (const _ of ["done", "shared"])
      await store.complete(await claim("done"), { result: 1, usage: { tokens: 1, ranMs: 1 } });
    // Its worker died, and its lease has ended since.
    await claim("killed");
    await age();
    await store.add([{ key: "shared", payload: null }], { id: "new" });
    await store.add([{ key: "reads", payload: { lines: needed } }], { id: "new" });
    const fresh = await store.putBlob(encode("fresh"));
    expect(await prune()).toBe(3);
    expect(await batches()).toEqual(["new"]);
    expect(await namesIn("units", "key")).toEqual(["reads", "shared"]);
    const blobs = await Promise.all([needed, unneeded, fresh].map((one) => store.getBlob(one)));
    expect(blobs.map((bytes) => bytes !== undefined)).toEqual([true, false, true]);
    expect(await prune()).toBe(0);
    // What was removed is a new unit where it is planned again.
    await add("interrupted");
    expect((await claim("interrupted")).attempt).toBe(1);
  }));

test("an old batch stays while a unit of it runs, waits for a limit, or was done a short while ago", () =>
  inScene(async ({ store, add, claim, age, prune, batches }) => {
    for (const name of ["runs", "is limited", "was done"]) await add(name, name);
    await store.pause("is limited", { untilMs: Date.now() + hourMs, reason: "Used up." });
    await age();
    await claim("runs");
    await store.complete(await claim("was done"), { result: 1 });
    expect(await prune()).toBe(0);
    expect(await batches()).toEqual(["is limited", "runs", "was done"]);
  }));

test("at age 0 a batch goes once it has ended, and one with a unit that waits stays until it is abandoned", () =>
  inScene(async ({ store, add, claim, age, prune, schema, batches, namesIn }) => {
    for (const name of ["ended", "between stages", "tried again", "waits"]) await add(name);
    await store.add([{ key: "paid", payload: null }], { id: "waits" });
    for (const name of ["ended", "between stages", "waits"])
      await store.complete(await claim(name), { result: 1 });
    const failure = { kind: "service", message: "Out of order." };
    await store.fail(await claim("tried again"), { failure, retryAfterMs: 1 });
    await age();
    const source = await store.putBlob(encode("a source of units that are added next"));
    const now = { olderThanMs: 0, abandonedAfterMs: 3 * hourMs, atWork: ["between stages"] };
    expect(await prune(now)).toBe(1);
    expect(await batches()).toEqual(["between stages", "tried again", "waits"]);
    expect(await namesIn("units", "key")).toEqual([
      "between stages",
      "paid",
      "tried again",
      "waits",
    ]);
    expect(await store.getBlob(source)).toBeDefined();
    // An age above the least one counts.
    expect(await prune({ olderThanMs: 3 * hourMs })).toBe(0);
    // One whose program lives stays, however long its units have waited.
    const followed = ["between stages", "tried again", "waits"];
    expect(await prune({ olderThanMs: 0, followed })).toBe(0);
    // Seven days, where nothing else is said.
    expect(await pruneBatches({ url: postgres.url(), schema, olderThanMs: 0 })).toBe(1);
    expect(await batches()).toEqual(["tried again", "waits"]);
    expect(await prune({ olderThanMs: 0 })).toBe(3);
    expect(await batches()).toEqual([]);
  }));

test("announcements go once they are old although their batch is added to, and do not count; groups without a unit go", () =>
  inScene(async ({ store, claim, age, prune, batches, namesIn }) => {
    const announce = (key: string) =>
      store.add([{ key, group: `project ${key}`, payload: null }], { id: "runs" });
    await announce("first");
    await store.complete(await claim("runs"), { result: null });
    await announce("left open");
    await store.pause("paused", { untilMs: Date.now() + hourMs, reason: "Used up." });
    await age();
    await announce("last");
    // A batch that has not ended stays as long, and its announcement says that its run has.
    const now = { olderThanMs: 0, abandonedAfterMs: 3 * hourMs };
    expect(await prune({ ...now, announcements: ["runs"] })).toBe(0);
    expect(await namesIn("units", "key")).toEqual(["first", "last", "left open"]);
    expect(await prune({ announcements: ["runs"] })).toBe(0);
    expect(await batches()).toEqual(["runs"]);
    expect(await namesIn("units", "key")).toEqual(["last", "left open"]);
    expect(await namesIn("groups")).toEqual(["paused", "project last", "project left open"]);
  }));

test("a unit and a group that are removed while they are added are there afterwards", () =>
  inScene(async ({ store, add, schema }) => {
    await add("kept", "first");
    for (const [row, key] of [
      ["units WHERE key = 'kept'", "kept"],
      ["groups WHERE name = 'second'", "other"],
    ] as const) {
      await store.pause("second", { untilMs: 1, reason: "Made." });
      await using other = await openTransaction();
      await other.query(`SELECT 1 FROM ${schema}.${row} FOR UPDATE`);
      const group = key === "kept" ? "first" : "second";
      const adding = store.add([{ key, group, payload: null }], { id: `again ${key}` });
      await untilBlocked();
      await other.query(`DELETE FROM ${schema}.${row}`);
      await other.query("COMMIT");
      await adding;
      expect(await store.counts(`again ${key}`)).toMatchObject({ waiting: 1 });
    }
  }));

interface Transaction extends AsyncDisposable {
  readonly query: (sql: string) => Promise<unknown>;
}

async function openTransaction(): Promise<Transaction> {
  const client = new Client({ connectionString: postgres.url() });
  await client.connect();
  await client.query("BEGIN");
  return { query: (sql) => client.query(sql), [Symbol.asyncDispose]: () => client.end() };
}

/** Resolves once a statement waits for the lock of another one. */
async function untilBlocked(): Promise<void> {
  const sql = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
  while ((await postgres.query(sql)).length === 0) await wait(20);
}
