import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { batchIdOf, openSqliteStore, runBatch, type UnitOutcome } from "../src/index.ts";
import { openVirtualClock } from "./virtual-clock.ts";

const units = Array.from({ length: 20 }, (_, index) => ({
  key: `k${index}`,
  group: index % 2 === 1 ? "odd" : "even",
  payload: index,
}));

test("a run gives each unit its result, a second one runs nothing, and a failed one waits for onlyFailed", async () => {
  await using folder = await makeTestFolder("batch");
  await using store = await openSqliteStore({ file: join(folder.path, "store.sqlite") });
  const ran: number[] = [];
  let isBroken = true;
  const options = {
    units,
    store,
    retry: { firstDelayMs: 1 },
    run: async ({ payload }: { payload: number }): Promise<UnitOutcome<number>> => {
      ran.push(payload);
      if (payload === 3 && isBroken) throw new Error("Three is refused.");
      return { type: "done", result: payload * 2, tokens: 10 };
    },
  };
  expect(await runBatch(options)).toMatchObject({
    ended: "finished",
    tokens: 190,
    counts: { done: 19, failed: 1, waiting: 0 },
  });
  expect(ran.toSorted((a, b) => a - b)).toEqual([
    0,
    1,
    2,
    3,
    3,
    3,
    ...units.slice(4).map(({ payload }) => payload),
  ]);
  expect(await runBatch(options)).toMatchObject({ tokens: 0, counts: { done: 19, failed: 1 } });
  expect(ran).toHaveLength(22);
  isBroken = false;
  expect(await runBatch({ ...options, onlyFailed: true })).toMatchObject({ counts: { done: 1 } });
  expect(await store.counts()).toMatchObject({ done: 20, failed: 0 });
  expect((await store.get(["k3", "none"])).map((record) => record?.result)).toEqual([6, undefined]);
});

test("a batch whose units have all failed keeps its name while they are tried again", async () => {
  await using folder = await makeTestFolder("batch");
  await using store = await openSqliteStore({ file: join(folder.path, "store.sqlite") });
  const options = {
    units: units.slice(0, 2),
    store,
    run: async (): Promise<UnitOutcome<string>> => ({
      type: "failed",
      failure: { kind: "test", message: "Refused." },
      isRetryable: false,
    }),
  };
  await runBatch({ ...options, label: "prompts.jsonl" });
  await runBatch({ ...options, label: "prompts.jsonl (only failed)", onlyFailed: true });
  expect((await store.batches()).map(({ label }) => label)).toEqual(["prompts.jsonl"]);
});

test("a token budget ends a run softly, and the next run goes on", async () => {
  await using folder = await makeTestFolder("batch");
  await using store = await openSqliteStore({ file: join(folder.path, "store.sqlite") });
  const options = {
    units,
    store,
    run: async (): Promise<UnitOutcome<string>> => ({ type: "done", result: "", tokens: 10 }),
  };
  const first = await runBatch({ ...options, budget: { tokens: 100 } });
  expect(first).toMatchObject({ ended: "budget", tokens: 100, counts: { done: 10, waiting: 10 } });
  expect(await runBatch(options)).toMatchObject({ ended: "finished", counts: { done: 20 } });
});

test("after a limit, a group goes on behind a probe that ends at once without a result", async () => {
  await using folder = await makeTestFolder("batch");
  const clock = openVirtualClock();
  const { now } = clock;
  await using store = await openSqliteStore({ file: join(folder.path, "store.sqlite"), now });
  const pair = ["poison", "sound"].map((key) => ({ key, payload: key }));
  const batchId = batchIdOf(pair.map(({ key }) => key));
  await store.add(pair, { id: batchId });
  await store.claim({ worker: "dead", leaseMs: 30, batchId });
  const sound = await store.claim({ worker: "other", leaseMs: 10_000, batchId });
  if (sound.type !== "claimed") throw new Error("Expected the second unit to be free.");
  // The unit of the dead worker is due first, and becomes a dead letter without a run.
  const failure = { kind: "server", message: "Overloaded." };
  await store.fail(sound.claim, { failure, retryAfterMs: 100 });
  await store.pause("default", { untilMs: now() + 100, reason: "Used up." });
  const report = await clock.drive(
    runBatch({
      units: pair,
      store,
      clock,
      retry: { losses: 0 },
      rateLimits: { probeMs: 600_000 },
      run: async (): Promise<UnitOutcome<string>> => ({ type: "done", result: "" }),
    }),
  );
  expect(report).toMatchObject({ ended: "finished", counts: { done: 1, failed: 1 } });
});
