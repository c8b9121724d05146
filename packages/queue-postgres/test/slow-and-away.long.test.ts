import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { type WorkEvent, workOnBatches } from "@ktx/batch";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openPostgresStore } from "../src/index.ts";
import { startCuttableProxy } from "./cuttable-proxy.ts";
import { newSchema } from "./make-store.ts";
import { startSlowWay } from "./slow-way.ts";
import { startPostgres, type TestPostgres } from "./start-postgres.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

function urlOver(port: number): string {
  return postgres.url().replace(`:${postgres.port}/`, `:${port}/`);
}

// In the full form each way takes longer than a statement may be silent.
const form =
  inject("longForm") === "full"
    ? { bytes: 14_000_000, bytesPerS: 1_000_000 }
    : { bytes: 80_000, bytesPerS: 1_000_000 };

test("a big text gets there and back on a slow way, and leases are renewed beside it", async () => {
  await using way = await startSlowWay(postgres.port, form.bytesPerS);
  await using store = await openPostgresStore({ url: urlOver(way.port), schema: newSchema() });
  await store.add([{ key: "a", payload: null }], { id: "batch" });
  const answer = await store.claim({ worker: "one", leaseMs: 10_000 });
  if (answer.type !== "claimed") throw new Error("Expected a unit.");
  const bytes = randomBytes(form.bytes);
  const address = await store.putBlob(bytes);
  const loads = Array.from({ length: 9 }, () => store.getBlob(address));
  expect(await store.heartbeat(answer.claim)).toBe(true);
  expect(Buffer.compare((await loads[0]) ?? Buffer.of(), bytes)).toBe(0);
  // The others would be long on the way, too.
  await Promise.allSettled(inject("longForm") === "full" ? [] : loads);
}, 240_000);

test("an interrupt ends a worker whose network is cut, after a moment and not after all tries", async () => {
  const schema = newSchema();
  await using proxy = await startCuttableProxy(postgres.port);
  const interrupt = new AbortController();
  const { signal } = interrupt;
  const store = await openPostgresStore({ url: urlOver(proxy.port), schema, signal });
  await store.add(
    ["a", "b", "c"].map((key) => ({ key, payload: null })),
    { id: "batch" },
  );
  const events: WorkEvent[] = [];
  const report = await workOnBatches<string>({
    store,
    signal,
    concurrency: 3,
    findBatches: async () => [{ id: "batch", groups: ["default"] }],
    onEvent: (event) => void events.push(event),
    run: async ({ key }, context) => {
      if (key === "c") {
        proxy.cut();
        interrupt.abort();
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      context.signal.addEventListener("abort", () => resolve(), { once: true });
      if (!context.signal.aborted) await promise;
      throw new Error("Interrupted.");
    },
  });
  await store[Symbol.asyncDispose]();
  expect(report.ended).toBe("interrupted");
  expect(events.filter(({ type }) => type === "unit_lost")).toEqual(
    ["a", "b", "c"].map(() => expect.objectContaining({ cause: "store" })),
  );
});

test("a primary that takes no writes for a while, as in a failover, costs a worker no answer", async () => {
  const schema = newSchema();
  await using store = await openPostgresStore({ url: postgres.url(), schema });
  const keys = ["a", "b", "c"];
  await store.add(
    keys.map((key) => ({ key, payload: null })),
    { id: "batch" },
  );
  const setReadOnly = async (value: "on" | "off"): Promise<void> => {
    await postgres.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
    await postgres.query("SELECT pg_reload_conf()");
  };
  /** Each connection of the store hears of the setting a moment later. */
  const untilRefused = async (): Promise<void> => {
    const isRefused = async (): Promise<boolean> =>
      await store.resume("nobody").then(
        () => false,
        () => true,
      );
    while (!(await Promise.all(Array.from({ length: 8 }, isRefused))).every(Boolean))
      await wait(20);
  };
  const events: WorkEvent[] = [];
  const begun = new Set<string>();
  const isReadOnly = Promise.withResolvers<void>();
  const report = await workOnBatches<string>({
    store,
    concurrency: 3,
    idleMs: 0,
    findBatches: async () => [{ id: "batch", groups: ["default"] }],
    onEvent: (event) => {
      events.push(event);
      if (event.type === "store_lost") void setReadOnly("off");
    },
    run: async ({ key }) => {
      begun.add(key);
      if (begun.size === keys.length) isReadOnly.resolve(setReadOnly("on").then(untilRefused));
      await isReadOnly.promise;
      return { type: "done", result: key, tokens: 10 };
    },
  });
  expect(report).toMatchObject({ ended: "idle", done: 3, tokens: 30 });
  const words = events.map(({ type }) => type).filter((type) => /^store_|lost/.test(type));
  // A connection may hear of the end a moment after the others.
  expect([words[0], words.at(-1)]).toEqual(["store_lost", "store_found"]);
  expect(words).not.toContain("unit_lost");
  expect(events.find(({ type }) => type === "store_lost")).toMatchObject({
    message: expect.stringContaining("takes no writes"),
  });
  const records = await store.get(keys);
  expect(records.map((record) => record && [record.result, record.attempt])).toEqual(
    keys.map((key) => [key, 1]),
  );
});
