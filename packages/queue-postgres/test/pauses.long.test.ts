import { type UnitOutcome, type WorkEvent, workOnBatches, type WorkOptions } from "@ktx/batch";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPostgresStore } from "../src/index.ts";
import { newSchema } from "./make-store.ts";
import { startPostgres, type TestPostgres } from "./start-postgres.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

const hourMs = 3_600_000;
const batch = { id: "batch" };

/** A clock on which no poll comes: what happens, happens because of a notification. */
const withoutPolls: NonNullable<WorkOptions<string>["clock"]> = {
  now: () => Date.now(),
  monotonicNow: () => 0,
  wait: async (_, signal) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (signal === undefined || signal.aborted) resolve();
    signal?.addEventListener("abort", () => resolve(), { once: true });
    await promise;
  },
};

/** A worker on a handle of its own, whose units end when the test says so. */
interface StagedWorker extends AsyncDisposable {
  /** The keys of the units that began, in their order. */
  readonly begun: readonly string[];
  /** Resolves when the worker has said this of the group; also where it did before. */
  readonly said: (type: WorkEvent["type"]) => Promise<void>;
  /** Resolves when this unit runs. */
  readonly begins: (key: string) => Promise<void>;
  /** @param attempt of the unit, over all workers. @default 1 */
  readonly end: (key: string, outcome: UnitOutcome<string>, attempt?: number) => void;
}

async function startWorker(schema: string, groups: readonly string[]): Promise<StagedWorker> {
  const store = await openPostgresStore({ url: postgres.url(), schema, watchMs: hourMs });
  const stop = new AbortController();
  const begun: string[] = [];
  const said = keyed<undefined>();
  const begins = keyed<undefined>();
  const ends = keyed<UnitOutcome<string>>();
  const working = workOnBatches<string>({
    store,
    clock: withoutPolls,
    concurrency: 1,
    leaseMs: hourMs,
    stopSignal: stop.signal,
    findBatches: async () => [{ id: batch.id, groups }],
    onEvent: ({ type }) => said(type).resolve(undefined),
    run: async ({ key }, { attempt }) => {
      begun.push(key);
      begins(key).resolve(undefined);
      return await ends(`${key} ${attempt}`).promise;
    },
  });
  return {
    begun,
    said: (type) => said(type).promise,
    begins: (key) => begins(key).promise,
    end: (key, outcome, attempt = 1) => ends(`${key} ${attempt}`).resolve(outcome),
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await working;
      await store[Symbol.asyncDispose]();
    },
  };
}

/** One promise for each name. */
function keyed<Value>(): (name: string) => PromiseWithResolvers<Value> {
  const known = new Map<string, PromiseWithResolvers<Value>>();
  return (name) => {
    const found = known.get(name) ?? Promise.withResolvers<Value>();
    known.set(name, found);
    return found;
  };
}

const done: UnitOutcome<string> = { type: "done", result: "" };

test("a limit that one worker meets stops the others by a notification: neither polls, and their next claim is refused", async () => {
  const schema = newSchema();
  await using store = await openPostgresStore({ url: postgres.url(), schema });
  const unit = (key: string, group: string) => ({ key, group, payload: null });
  await store.add(
    ["a1", "a2", "a3", "a4"].map((key) => unit(key, "anna")),
    batch,
  );
  await using one = await startWorker(schema, ["anna"]);
  await one.begins("a1");
  await using other = await startWorker(schema, ["anna", "ben"]);
  await other.begins("a2");
  one.end("a1", { type: "limited", limit: { message: "Used up.", untilMs: Date.now() + hourMs } });
  // It runs a unit, so that nothing but the notification makes it look at the store.
  await other.said("wait_started");
  other.end("a2", done);
  await other.said("unit_done");
  expect(await store.claim({ worker: "a third", leaseMs: hourMs, groups: ["anna"] })).toMatchObject(
    {
      type: "none",
      hasOpenUnits: true,
    },
  );
  // The other sign-in goes on with units that come.
  await store.add([unit("b1", "ben")], batch);
  await other.begins("b1");
  expect([one.begun, other.begun]).toEqual([["a1"], ["a2", "b1"]]);
  // The end of a pause comes by a notification, too.
  other.end("b1", done);
  await store.resume("anna");
  await other.said("wait_finished");
  await one.said("wait_finished");
  // The unit that met the limit was given back.
  for (const worker of [one, other]) {
    worker.end("a1", done, 2);
    for (const key of ["a3", "a4"]) worker.end(key, done);
  }
});
