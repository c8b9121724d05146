import type { FullUnitRecord, Unit, UnitRecord, UnitUsage } from "../unit.ts";
import type { UnitStore } from "../unit-store.ts";
import { batchIdOf } from "./batch-id.ts";
import { type BatchEstimate, estimateBatch, usageOfFailures } from "./estimate-batch.ts";

export interface PlannedBatch<Payload> {
  readonly id: string;
  readonly units: ReadonlyMap<string, Required<Unit<Payload>>>;
  readonly done: number;
  readonly failed: number;
  readonly held: number;
  readonly estimate: PlanEstimate;
}

/** `batch`: from finished units of the same batch; `store`: from those that the store has finished last. */
export type PlanEstimate = BatchEstimate & { readonly from?: "batch" | "store" };

export interface PlanInput<Payload> {
  readonly units: Iterable<Unit<Payload>>;
  readonly store: UnitStore;
  readonly concurrency: number;
  readonly onlyFailed: boolean;
  readonly label: string | undefined;
  readonly scope?: string | undefined;
}

/** Finished units that the estimate looks at. */
const sampleSize = 200;
/** Finished units of a batch, from which on no other ones are looked at. */
const leastOwn = 3;

/** Adds the units of a run to the store, and says what is left to do. */
export async function planBatch<Payload>(
  input: PlanInput<Payload>,
): Promise<PlannedBatch<Payload>> {
  const { store, concurrency, onlyFailed, label, scope } = input;
  const given = byKey(input.units);
  const failed = onlyFailed ? await findFailed(store, given.keys()) : undefined;
  const units =
    failed === undefined ? given : new Map([...given].filter(([key]) => failed.has(key)));
  const id = batchIdOf(units.keys(), scope);
  // A batch whose units have all failed is tried again as a whole: it keeps the name that it has.
  const isNamed = onlyFailed && (await store.batches()).some((known) => known.id === id);
  const name = label === undefined || isNamed ? { id } : { id, label };
  await store.add([...units.values()], name);
  if (onlyFailed) await store.retry([...units.keys()]);
  const open = [];
  for await (const unit of store.list({ batchId: id, states: ["waiting", "running"] }))
    open.push({ ...unit, usage: failed?.get(unit.key) });
  const counts = await store.counts(id);
  const [from, samples] = await findSamples(store, id, {
    isNeeded: open.length > 0,
    done: counts.done,
  });
  const figures = estimateBatch({ open, samples, concurrency });
  const estimate = figures.tokens === undefined ? figures : { ...figures, from };
  const { done, held } = counts;
  return { id, units, done, failed: counts.failed, held, estimate };
}

/** Finished units of the batch are most alike; a few of them say less than the last ones of the store. */
async function findSamples(
  store: UnitStore,
  batchId: string,
  { isNeeded, done }: { readonly isNeeded: boolean; readonly done: number },
): Promise<readonly ["batch" | "store", readonly UnitRecord[]]> {
  if (!isNeeded) return ["store", []];
  if (done < leastOwn) return ["store", await store.recent(sampleSize)];
  const own = [];
  for await (const unit of store.list({ batchId, states: ["done"] }))
    if (own.push(unit) === sampleSize) break;
  return ["batch", own];
}

function byKey<Payload>(units: Iterable<Unit<Payload>>): Map<string, Required<Unit<Payload>>> {
  const found = new Map<string, Required<Unit<Payload>>>();
  for (const { key, group = "default", payload, weight = 1 } of units)
    if (!found.has(key)) found.set(key, { key, group, payload, weight });
  return found;
}

/** The usage of the last run of each unit that has failed, by key. */
async function findFailed(
  store: UnitStore,
  keys: Iterable<string>,
): Promise<ReadonlyMap<string, UnitUsage>> {
  const failed = new Map<string, UnitUsage>();
  for (const key of keys) {
    const [record]: readonly (FullUnitRecord | undefined)[] = await store.get([key]);
    if (record?.state === "failed") failed.set(key, usageOfFailures(record));
  }
  return failed;
}
