import { join } from "node:path";
import { openSqliteStore, type UnitStore } from "@ktx/batch";
import { expect, test } from "vitest";
import { openIngestWorker } from "../src/index.ts";
import { makeProject, type PlayedRuntime, playRuntime } from "./project.ts";

const sources = {
  "sources/refunds.md":
    "# Refunds\n\n- A refund is paid within 30 days.\n- A refund has one payer.\n",
  "sources/policy.txt": "A refund is paid within 14 days.\n\nAn order has one buyer.\n",
  "sources/orders.sql": "-- An order has one buyer.\nselect 1;\n-- An order ends with a receipt.\n",
};
const models = { extract: "gpt-5.5", reconcile: "gpt-5.5" };
const page =
  "---\ntitle: Refund rules\nsummary: Ours.\ntags: []\n---\n\n# Refund rules\n\nA refund.\n";

/** Runs the waiting units as another machine does: it has the store, and no file of the project. */
async function work(
  store: UnitStore,
  runtime: PlayedRuntime,
  own: typeof models = models,
): Promise<readonly string[]> {
  await using worker = await openIngestWorker({ store, runtime, models: own });
  const ends: string[] = [];
  const { signal } = new AbortController();
  for (;;) {
    const answer = await store.claim({ worker: "w", leaseMs: 10_000 });
    if (answer.type === "none") return ends;
    const outcome = await worker.run(answer.claim.unit, { signal });
    ends.push(outcome.type === "blocked" ? outcome.failure.message : outcome.type);
    if (outcome.type === "done") await store.complete(answer.claim, outcome);
    else {
      await store.release(answer.claim);
      return ends;
    }
  }
}

test("a worker without the project's files gives the same wiki, byte for byte, as one machine", async () => {
  await using single = await makeProject({ ...sources, "wiki/rules.md": page });
  await single.ingest(playRuntime());
  await using project = await makeProject({ ...sources, "wiki/rules.md": page });
  await using store = await openSqliteStore({ file: join(project.path, "shared.db") });
  const coordinator = playRuntime();
  const worker = playRuntime();
  // The coordinator stops before its own first unit, so that all of them are the worker's.
  const plan = { store, stopSignal: AbortSignal.abort() };
  expect(await project.ingest(coordinator, plan)).toMatchObject({ outcome: "kept" });
  expect(await work(store, worker)).toEqual(["done", "done", "done"]);
  const half = await project.ingest(coordinator, { ...plan, applyPartial: true });
  expect(half).toMatchObject({ heldSets: 1 });
  expect(await work(store, worker)).toEqual(["done"]);
  expect(await project.ingest(coordinator, { store, onlyFailed: true })).toMatchObject({
    outcome: "applied",
    heldSets: 0,
    contradictions: 1,
  });
  expect(coordinator.calls).toEqual([]);
  expect(worker.calls).toHaveLength(4);
  expect(await project.wiki()).toEqual(await single.wiki());
});

test("a worker with another model refuses the unit, names both models, and leaves the unit as it was", async () => {
  await using project = await makeProject(sources);
  await using store = await openSqliteStore({ file: join(project.path, "shared.db") });
  await project.ingest(playRuntime(), { store, stopSignal: AbortSignal.abort() });
  const runtime = playRuntime();
  expect(await work(store, runtime, { ...models, extract: "gpt-4" })).toEqual([
    "Expected the model gpt-5.5, for which the unit was planned; this worker has gpt-4. Configure the same model.",
  ]);
  expect(runtime.calls).toEqual([]);
  expect(await store.counts()).toMatchObject({ waiting: 3, failed: 0 });
});

test("a payload of another version is refused in one sentence", async () => {
  await using project = await makeProject({});
  await using store = await openSqliteStore({ file: join(project.path, "shared.db") });
  await store.add([{ key: "k", payload: { version: 2 } }], { id: "b" });
  expect(await work(store, playRuntime())).toEqual([
    "Expected a unit of an ingest of this version of ktx, got another payload.",
  ]);
});
