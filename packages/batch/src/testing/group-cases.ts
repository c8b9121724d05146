import { deepStrictEqual, equal, ok } from "node:assert/strict";
import type { UnitStore } from "../unit-store.ts";
import type { ContractCase } from "./contract-case.ts";
import { batch, claimOf, claimsNothing, contractCase, leaseMs, unitsOf } from "./contract-case.ts";

const grouped = [
  { key: "a1", group: "a", payload: 1 },
  { key: "b1", group: "b", payload: 1 },
  { key: "a2", group: "a", payload: 2 },
];

/** The contract of groups, pauses and batches. */
export const groupCases: readonly ContractCase[] = [
  contractCase("a pause holds its group for all workers, and no other group", async (scene) => {
    const { store, other, advance, now } = scene;
    await store.add(grouped, batch);
    const pause = { untilMs: now() + 60_000, reason: "Used up." };
    await store.pause("a", pause);
    await store.pause("a", { untilMs: now() + 1_000, reason: "Shorter." });
    deepStrictEqual(await other.paused(), [{ group: "a", ...pause }]);
    equal((await claimOf(other, "two")).unit.key, "b1");
    await claimsNothing(
      other,
      "three",
      { hasOpenUnits: true, nextInMs: 60_000 },
      { groups: ["a"] },
    );
    advance(60_000);
    deepStrictEqual(await other.paused(), []);
    equal((await claimOf(other, "two", { groups: ["a"] })).unit.key, "a1");
  }),

  contractCase("a group goes on as soon as its pause is ended", async ({ store, other, now }) => {
    await store.add(grouped, batch);
    await store.pause("a", { untilMs: now() + 60_000, reason: "Used up." });
    await other.resume("a");
    deepStrictEqual(await store.paused(), []);
    equal((await claimOf(store, "one")).unit.key, "a1");
  }),

  contractCase("a unit of a paused group that runs may end", async ({ store, now }) => {
    await store.add(grouped, batch);
    const claim = await claimOf(store, "one");
    await store.pause("a", { untilMs: now() + 60_000, reason: "Used up." });
    ok(await store.heartbeat(claim));
    ok(await store.complete(claim, { result: 1 }));
  }),

  contractCase("the units of one group that run are bounded over all workers", async (scene) => {
    const { store, other, advance } = scene;
    await store.add(grouped, batch);
    const one = { groupConcurrency: 1 };
    const first = await claimOf(store, "one", one);
    equal(first.unit.key, "a1");
    equal((await claimOf(other, "two", one)).unit.key, "b1");
    equal((await other.claim({ worker: "two", leaseMs, ...one })).type, "none");
    ok(await store.complete(first, { result: 1 }));
    equal((await claimOf(other, "two", one)).unit.key, "a2");
    advance(leaseMs);
    // Leases that ended take no room.
    equal((await claimOf(store, "three", one)).unit.key, "b1");
  }),

  contractCase("a claim of one batch takes no unit of another", async ({ store, other }) => {
    const [first, second] = [{ id: "first" }, { id: "second" }];
    await store.add(unitsOf("a", "shared"), first);
    await store.add(unitsOf("shared", "b"), second);
    await claimsNothing(store, "one", { hasOpenUnits: false }, { batchId: "third" });
    const shared = await claimOf(store, "one", { batchId: "second" });
    equal(shared.unit.key, "shared");
    equal((await claimOf(other, "two", { batchId: "first" })).unit.key, "a");
    equal((await other.claim({ worker: "two", leaseMs, batchId: "first" })).type, "none");
    ok(await store.complete(shared, { result: 1 }));
    deepStrictEqual(stateCounts(await store.counts("first")), [0, 1, 1, 0, 0]);
    deepStrictEqual(stateCounts(await store.counts("second")), [1, 0, 1, 0, 0]);
    deepStrictEqual(stateCounts(await store.counts()), [1, 1, 1, 0, 0]);
  }),

  contractCase("lists are in the order of the batch, and batches newest first", async (scene) => {
    const { store, advance } = scene;
    await store.add(unitsOf("b", "a"), { id: "first", label: "First" });
    advance(1);
    await store.add(unitsOf("c", "a"), { id: "second" });
    ok(await store.complete(await claimOf(store, "one"), { result: 1 }));
    deepStrictEqual(await keysOf(store), ["b", "a", "c"]);
    deepStrictEqual(await keysOf(store, { batchId: "second" }), ["c", "a"]);
    deepStrictEqual(await keysOf(store, { states: ["done"] }), ["b"]);
    deepStrictEqual(
      (await store.recent(5)).map(({ key }) => key),
      ["b"],
    );
    deepStrictEqual(
      (await store.batches()).map(({ id, label }) => [id, label]),
      [
        ["second", undefined],
        ["first", "First"],
      ],
    );
    deepStrictEqual(
      (await store.get(["c", "none"])).map((record) => record?.key),
      ["c", undefined],
    );
  }),

  contractCase(
    "a unit that is not done takes the group of its last addition",
    async ({ store, now }) => {
      await store.add([{ key: "a", group: "first", payload: 1 }], batch);
      await store.pause("first", { untilMs: now() + 60_000, reason: "Used up." });
      await store.add([{ key: "a", group: "second", payload: 1 }], batch);
      const claim = await claimOf(store, "one", { batchId: batch.id });
      deepStrictEqual([claim.unit.group, claim.unit.payload], ["second", 1]);
    },
  ),
];

async function keysOf(
  store: UnitStore,
  filter?: Parameters<UnitStore["list"]>[0],
): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(filter)) keys.push(key);
  return keys;
}

function stateCounts(counts: Awaited<ReturnType<UnitStore["counts"]>>): readonly number[] {
  return [counts.waiting, counts.running, counts.done, counts.failed, counts.held];
}
