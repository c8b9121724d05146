import { deepStrictEqual, equal, ok, rejects } from "node:assert/strict";
import type { ContractCase } from "./contract-case.ts";
import { batch, claimOf, contractCase, unitsOf } from "./contract-case.ts";

/** The contract of payloads, results, names and blobs. */
export const valueCases: readonly ContractCase[] = [
  contractCase("a store tells the time of the clock that decides", async (scene) => {
    const { store, now, advance } = scene;
    equal(await store.now(), now());
    advance(5_000);
    equal(await store.now(), now());
  }),

  contractCase("counts of each group, and the units that ran longest", async (scene) => {
    const { store, other } = scene;
    await store.add(
      ["b1", "a1", "a2", "a3"].map((key) => ({ key, group: key.charAt(0), payload: 1 })),
      batch,
    );
    for (const [group, ranMs] of [
      ["a", 5],
      ["a", 70],
      ["b", 30],
    ] as const) {
      const claim = await claimOf(store, "one", { groups: [group] });
      ok(await store.complete(claim, { result: 1, usage: { tokens: ranMs * 2, ranMs } }));
    }
    const none = { waiting: 0, running: 0, done: 0, failed: 0, held: 0 };
    deepStrictEqual(await other.groups(), [
      { group: "a", counts: { ...none, waiting: 1, done: 2, usage: { tokens: 150, ranMs: 75 } } },
      { group: "b", counts: { ...none, done: 1, usage: { tokens: 60, ranMs: 30 } } },
    ]);
    const slowest = await other.slowest(2);
    deepStrictEqual(
      slowest.map(({ key }) => key),
      ["a2", "b1"],
    );
  }),

  contractCase(
    "a value that JSON cannot express is refused, and the claim stays",
    async ({ store }) => {
      await rejects(store.add([{ key: "x", payload: 1n }], batch), TypeError);
      await store.add(unitsOf("a"), batch);
      const claim = await claimOf(store, "one");
      await rejects(store.complete(claim, { result: undefined }), TypeError);
      ok(await store.complete(claim, { result: null }));
    },
  ),

  contractCase(
    "payloads and results come back as they were, whatever characters",
    async (scene) => {
      const { store, other } = scene;
      const value = {
        text: "a\0b \ud800 é\u{1f600}",
        number: 1e21,
        "": [null, true, -0.5],
        b: 1,
        a: 2,
      };
      await store.add([{ key: "a", payload: value }], batch);
      const claim = await claimOf(other, "one");
      equal(JSON.stringify(claim.unit.payload), JSON.stringify(value));
      ok(await other.complete(claim, { result: value }));
      equal(JSON.stringify((await store.get(["a"]))[0]?.result), JSON.stringify(value));
    },
  ),

  contractCase("failures and reasons of any characters are taken", async ({ store, now }) => {
    const message = "a\0b \ud800 é";
    await store.add(unitsOf("a"), { id: "b", label: message });
    const first = await claimOf(store, "one");
    ok(await store.fail(first, { failure: { kind: message, message }, retryAfterMs: 0 }));
    ok(await store.hold(await claimOf(store, "one"), { reason: message }));
    await store.pause("default", { untilMs: now() + 1_000, reason: message });
    equal((await store.get(["a"]))[0]?.state, "held");
    equal((await store.paused()).length, 1);
  }),

  contractCase(
    "names that a database may change are refused, and nothing is added",
    async ({ store }) => {
      for (const name of ["", "a\0b", "a\ud800b"]) {
        await rejects(store.add([...unitsOf("a"), ...unitsOf(name)], batch), TypeError);
        await rejects(store.add([{ key: "a", group: name, payload: 1 }], batch), TypeError);
        await rejects(store.add(unitsOf("a"), { id: name }), TypeError);
      }
      await rejects(store.add([{ key: "a", payload: 1, weight: -1 }], batch), RangeError);
      const long = "é\u{1f600}".repeat(500);
      deepStrictEqual(await store.add(unitsOf(long), batch), { added: 1, known: 0 });
      equal((await claimOf(store, "one")).unit.key, long);
    },
  ),

  contractCase("times and costs may have fractions", async ({ store, other, advance, now }) => {
    await store.add([{ key: "a", payload: 1, weight: 0.5 }], batch);
    advance(0.25);
    const claim = await claimOf(store, "one", { leaseMs: 1_000.5 });
    ok(await store.heartbeat(claim));
    const usage = { tokens: 1.5, ranMs: 0.5 };
    ok(await store.fail(claim, { failure: { kind: "x", message: "x" }, usage, retryAfterMs: 0.4 }));
    advance(1.1);
    await store.pause("b", { untilMs: now() + 0.5, reason: "Used up." });
    const again = await claimOf(other, "two");
    deepStrictEqual([again.attempt, again.unit.weight], [2, 0.5]);
    ok(await other.complete(again, { result: 1, usage }));
  }),

  contractCase("a key that comes twice in one addition is one unit", async ({ store }) => {
    deepStrictEqual(await store.add(unitsOf("a", "b", "a"), batch), { added: 2, known: 1 });
    equal((await store.counts(batch.id)).waiting, 2);
  }),

  contractCase("bytes are kept by their content", async ({ store, other }) => {
    const bytes = new Uint8Array([0, 1, 255]);
    const address = await store.putBlob(bytes);
    equal(await other.putBlob(bytes), address);
    ok(/^sha256:[\da-f]{64}$/.test(address));
    deepStrictEqual([...((await other.getBlob(address)) ?? [])], [0, 1, 255]);
    equal(await store.getBlob(`sha256:${"0".repeat(64)}`), undefined);
  }),
];
