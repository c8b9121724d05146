import { deepStrictEqual, equal, ok } from "node:assert/strict";
import type { ContractCase } from "./contract-case.ts";
import { batch, claimOf, claimsNothing, contractCase, leaseMs, unitsOf } from "./contract-case.ts";
import { groupCases } from "./group-cases.ts";
import { valueCases } from "./value-cases.ts";

const usage = { tokens: 10, ranMs: 20 };
const failure = { kind: "server", message: "The service failed." };

/** The behaviour that `runBatch` relies on. A store is right when every case passes on it. */
export const unitStoreContract: readonly ContractCase[] = [
  contractCase(
    "units are claimed in the order in which they were added",
    async ({ store, other }) => {
      deepStrictEqual(await store.add(unitsOf("a", "b"), batch), { added: 2, known: 0 });
      const claim = await claimOf(store, "one");
      deepStrictEqual(claim, {
        unit: { key: "a", group: "default", weight: 1, payload: { key: "a" } },
        attempt: 1,
        failures: 0,
        losses: 0,
        worker: "one",
        leaseMs,
      });
      equal((await claimOf(other, "two")).unit.key, "b");
    },
  ),

  contractCase("a unit that is done keeps its result and is never claimed again", async (scene) => {
    const { store, other, advance } = scene;
    await store.add(unitsOf("a"), batch);
    ok(await store.complete(await claimOf(store, "one"), { result: { answer: 42 }, usage }));
    advance(10 * leaseMs);
    deepStrictEqual(await other.add(unitsOf("a"), batch), { added: 0, known: 1 });
    await claimsNothing(other, "two", { hasOpenUnits: false });
    const [record] = await other.get(["a"]);
    deepStrictEqual(
      [record?.state, record?.result, record?.usage],
      ["done", { answer: 42 }, usage],
    );
  }),

  contractCase(
    "a lease that ended goes to another worker, and the first one ends nothing",
    async (scene) => {
      const { store, other, advance } = scene;
      await store.add(unitsOf("a"), batch);
      const lost = await claimOf(store, "one");
      await claimsNothing(other, "two", { hasOpenUnits: true, nextInMs: leaseMs });
      advance(leaseMs);
      const claim = await claimOf(other, "two");
      deepStrictEqual([claim.attempt, claim.losses, claim.failures], [2, 1, 0]);
      equal(await store.heartbeat(lost), false);
      equal(await store.complete(lost, { result: "late" }), false);
      equal(await store.fail(lost, { failure }), false);
      equal(await store.hold(lost, { reason: "late" }), false);
      equal(await store.release(lost), false);
      ok(await other.complete(claim, { result: "in time" }));
      equal(await store.complete(lost, { result: "late" }), false);
      equal((await store.get(["a"]))[0]?.result, "in time");
    },
  ),

  contractCase("a heartbeat renews the lease", async ({ store, other, advance }) => {
    await store.add(unitsOf("a"), batch);
    const claim = await claimOf(store, "one");
    for (let beat = 0; beat < 5; beat += 1) {
      advance(leaseMs - 1);
      ok(await store.heartbeat(claim));
    }
    equal((await other.claim({ worker: "two", leaseMs })).type, "none");
  }),

  contractCase(
    "a late end is taken while no other worker has the unit",
    async ({ store, advance }) => {
      await store.add(unitsOf("a"), batch);
      const claim = await claimOf(store, "one");
      advance(3 * leaseMs);
      ok(await store.complete(claim, { result: 1 }));
      ok(await store.complete(claim, { result: 2 }));
      equal((await store.get(["a"]))[0]?.result, 1);
      equal(await store.fail(claim, { failure }), false);
    },
  ),

  contractCase(
    "a worker never gets a unit that it says it runs, whatever its clock shows",
    async (scene) => {
      const { store, other, advance } = scene;
      await store.add(unitsOf("a"), batch);
      await claimOf(store, "one");
      advance(100 * leaseMs);
      const ask = { worker: "one", leaseMs, holding: ["a", "unknown"] };
      equal((await store.claim(ask)).type, "none");
      equal((await store.claim({ ...ask, batchId: batch.id })).type, "none");
      equal((await claimOf(other, "two")).unit.key, "a");
    },
  ),

  contractCase(
    "a worker takes its own unit back after its lease where it runs it no more, and has not died",
    async (scene) => {
      const { store, other, advance } = scene;
      await store.add(unitsOf("a"), batch);
      const one = { groupConcurrency: 1 };
      const dropped = await claimOf(store, "one", one);
      const expected = { hasOpenUnits: true, nextInMs: leaseMs };
      await claimsNothing(store, "one", expected);
      advance(leaseMs);
      const claim = await claimOf(store, "one", { ...one, batchId: batch.id });
      deepStrictEqual([claim.unit.key, claim.attempt, claim.losses], ["a", 2, 0]);
      equal(await store.complete(dropped, { result: "late" }), false);
      ok(await store.complete(claim, { result: "in time" }));
      await claimsNothing(other, "two", { hasOpenUnits: false });
    },
  ),

  contractCase(
    "a failed unit waits until its time; without one it waits for retry",
    async (scene) => {
      const { store, advance } = scene;
      await store.add(unitsOf("a"), batch);
      const first = await claimOf(store, "one");
      ok(await store.fail(first, { failure, usage, retryAfterMs: 5_000 }));
      await claimsNothing(store, "one", { hasOpenUnits: true, nextInMs: 5_000 });
      advance(5_000);
      const second = await claimOf(store, "one");
      deepStrictEqual([second.attempt, second.failures, second.losses], [2, 1, 0]);
      ok(await store.fail(second, { failure, usage }));
      await claimsNothing(store, "one", { hasOpenUnits: false });
      const [dead] = await store.get(["a"]);
      deepStrictEqual(
        [dead?.state, dead?.failure, dead?.usage],
        ["failed", failure, { tokens: 20, ranMs: 40 }],
      );
      equal(await store.retry(["a", "unknown"]), 1);
      const third = await claimOf(store, "one");
      deepStrictEqual([third.attempt, third.failures], [3, 0]);
    },
  ),

  contractCase("a held unit waits for retry, with its reason", async ({ store }) => {
    await store.add(unitsOf("a"), batch);
    ok(await store.hold(await claimOf(store, "one"), { reason: "Two answers.", usage }));
    await claimsNothing(store, "one", { hasOpenUnits: false });
    equal((await store.get(["a"]))[0]?.heldReason, "Two answers.");
    equal(await store.retry(["a"]), 1);
    equal((await claimOf(store, "one")).unit.key, "a");
  }),

  contractCase(
    "a released unit waits again, with no failure, and its old claim ends nothing",
    async (scene) => {
      const { store } = scene;
      await store.add(unitsOf("a"), batch);
      const claim = await claimOf(store, "one");
      ok(await store.release(claim, usage));
      equal(await store.complete(claim, { result: "late" }), false);
      const again = await claimOf(store, "one");
      deepStrictEqual([again.attempt, again.failures, again.losses], [2, 0, 0]);
      deepStrictEqual((await store.get(["a"]))[0]?.usage, usage);
    },
  ),

  contractCase("two workers at once get each unit once", async ({ store, other }) => {
    const keys = Array.from({ length: 40 }, (_, index) => `unit ${index}`);
    await store.add(unitsOf(...keys), batch);
    const work = async (name: string, handle: typeof store): Promise<readonly string[]> => {
      const got: string[] = [];
      for (;;) {
        const answer = await handle.claim({ worker: name, leaseMs });
        if (answer.type === "none") return got;
        got.push(answer.claim.unit.key);
        ok(await handle.complete(answer.claim, { result: name }));
      }
    };
    const got = await Promise.all([work("one", store), work("two", other)]);
    deepStrictEqual(got.flat().toSorted(), keys.toSorted());
  }),

  contractCase(
    "a watch yields after another handle's change, and ends with its signal",
    async (scene) => {
      const { store, other } = scene;
      const end = new AbortController();
      let changes = 0;
      const watching = (async (): Promise<void> => {
        for await (const _ of store.watch(end.signal)) {
          changes += 1;
          end.abort();
        }
      })();
      // Until the watch has begun, a change may go unseen.
      for (let round = 0; round < 100 && !end.signal.aborted; round += 1) {
        await other.add(unitsOf(`unit ${round}`), batch);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      end.abort();
      await watching;
      equal(changes, 1);
    },
  ),

  ...groupCases,
  ...valueCases,
];
