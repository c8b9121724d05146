import type {
  BatchRecord,
  GroupCounts,
  Pause,
  UnitCounts,
  UnitRecord,
  UnitStore,
} from "@ktx/batch";
import {
  announcements,
  findCoordinators,
  findRunStates,
  findWorkers,
  type KnownCoordinator,
  type KnownWorker,
  nameOfWork,
} from "@ktx/ingest";
import type { CliIo } from "../cli-io.ts";
import { readProject } from "../project/read-project.ts";
import { explainStoreError } from "../store/open-shared-store.ts";
import { findStore } from "../store/open-store.ts";
import { toPromptName } from "./to-prompt-name.ts";

export interface BatchesInput {
  readonly projectDir?: string | undefined;
  /** The value of `--store`. @default batch.store of ktx.yaml, else .ktx/batch.sqlite of the project */
  readonly store?: string | undefined;
  /** Receives a sentence where a database has not answered for some seconds. */
  readonly onWait?: ((sentence: string) => void) | undefined;
}

/** The batches of a store; the object that `ktx batch status --json` prints. */
export interface BatchesReport {
  readonly version: 1;
  /** The time of the report by the clock of the store, in milliseconds since the epoch. */
  readonly atMs: number;
  /** The last one first. */
  readonly batches: readonly BatchStatus[];
  /** The limits that units wait for. */
  readonly pauses: readonly Pause[];
  /** The units of each group, such as a sign-in, over all batches. */
  readonly groups: readonly GroupCounts[];
  /** The workers that wait for units or run some. */
  readonly workers: readonly WorkerStatus[];
  /** The units that ran longest over all of their attempts, at most ten, the longest first. */
  readonly slowest: readonly SlowUnit[];
}

interface BatchStatus extends BatchRecord {
  readonly counts: UnitCounts;
  /** Of an ingest: false once its run has ended, so that no worker takes what waits, but for `offered`. */
  readonly isOpen?: boolean;
  /** With `isOpen` false: the waiting units that a run of another project with the same sources offers, where there are some. */
  readonly offered?: number;
  /** Of an ingest that lives, or has not ended in order: its process, which writes the wiki from the results. */
  readonly coordinator?: Omit<KnownCoordinator, "batchId">;
}

/** `seenAtMs`, `groups` and `refusals` are those of `ktx worker`. */
export interface WorkerStatus {
  readonly worker: string;
  readonly units: readonly RunningUnit[];
  /** The last sign of life in milliseconds since the epoch, by the clock of the store. */
  readonly seenAtMs?: number;
  /** The groups whose units it runs; null for all. */
  readonly groups?: readonly string[] | null;
  /** The batches whose units it refuses, with the reason. */
  readonly refusals?: KnownWorker["refusals"];
}

interface RunningUnit {
  readonly key: string;
  /** Names the unit for people. */
  readonly name: string;
  readonly group: string;
  readonly attempt: number;
  /** Milliseconds since the epoch, by the clock of the store. */
  readonly leaseEndsAtMs: number;
}

interface SlowUnit extends Pick<UnitRecord, "key" | "group" | "state" | "usage"> {
  readonly name: string;
}

const emptyReport: Omit<BatchesReport, "atMs"> = {
  version: 1,
  batches: [],
  pauses: [],
  groups: [],
  workers: [],
  slowest: [],
};

/** Reads the store. Before the first batch it makes nothing. */
export async function readBatches(
  { projectDir, store: place, onWait = () => {} }: BatchesInput,
  io: Pick<CliIo, "env" | "cwd" | "signal">,
): Promise<BatchesReport> {
  const project = await readProject(projectDir, io);
  try {
    const store = await findStore({ project, store: place }, io, onWait);
    if (store === undefined) return { ...emptyReport, atMs: Date.now() };
    await using _ = store;
    return await readStore(store);
  } catch (error) {
    throw explainStoreError(error, io.signal);
  }
}

async function readStore(store: UnitStore): Promise<BatchesReport> {
  const batches: BatchStatus[] = [];
  const runs = await findRunStates(store);
  const coordinators = await findCoordinators(store);
  for (const batch of await store.batches()) {
    if (batch.id === announcements.id) continue;
    const counts = await store.counts(batch.id);
    const { waiting, running, done, failed, held } = counts;
    // An attempt to try failed prompts again, without any.
    const isOpen = runs.get(batch.id);
    if (waiting + running + done + failed + held === 0) continue;
    const known = coordinators.get(batch.id);
    // A run that another one has ended is offered again by its process. The note of a process that died may stay.
    const process = isOpen === true || known?.isLive === true ? known : undefined;
    batches.push({
      ...batch,
      counts,
      ...(isOpen !== undefined && { isOpen }),
      ...(process !== undefined && { coordinator: withoutBatch(process) }),
    });
  }
  const offered = await countOffered(store, batches);
  const announcing = new Set<string>();
  for await (const { group } of store.list({ batchId: announcements.id })) announcing.add(group);
  const running: UnitRecord[] = [];
  for await (const unit of store.list({ states: ["running"] }))
    if (!announcing.has(unit.group)) running.push(unit);
  const slowest = await store.slowest(10);
  const names = await nameUnits(store, [...running, ...slowest]);
  const named = ({ key }: UnitRecord): { key: string; name: string } => ({
    key,
    name: names.get(key) ?? key,
  });
  const byWorker = Map.groupBy(running, ({ worker = "" }) => worker);
  const known = new Map((await findWorkers(store)).map((one) => [one.worker, one]));
  const workers = [...new Set([...byWorker.keys(), ...known.keys()])];
  return {
    version: 1,
    atMs: await store.now(),
    batches: batches.map((batch) => {
      const shared = offered.get(batch.id) ?? 0;
      return shared === 0 ? batch : { ...batch, offered: shared };
    }),
    pauses: await store.paused(),
    groups: (await store.groups()).filter(({ group }) => !announcing.has(group)),
    workers: workers.map((worker) => ({
      ...known.get(worker),
      worker,
      units: (byWorker.get(worker) ?? []).map((unit) => ({
        ...named(unit),
        group: unit.group,
        attempt: unit.attempt,
        leaseEndsAtMs: unit.dueAtMs ?? 0,
      })),
    })),
    slowest: slowest.map((unit) => ({
      ...named(unit),
      group: unit.group,
      state: unit.state,
      usage: unit.usage,
    })),
  };
}

/** The waiting units of ended runs that also belong to an open one, by the names of the ended ones' batches. */
async function countOffered(
  store: UnitStore,
  batches: readonly BatchStatus[],
): Promise<ReadonlyMap<string, number>> {
  const waiting = batches.filter(({ counts }) => counts.waiting > 0);
  const ended = waiting.filter(({ isOpen }) => isOpen === false);
  const open = waiting.filter(({ isOpen }) => isOpen === true);
  const offered = new Map<string, number>();
  if (ended.length === 0 || open.length === 0) return offered;
  const keys = new Set<string>();
  for (const { id } of open) for await (const key of listWaiting(store, id)) keys.add(key);
  for (const { id } of ended)
    for await (const key of listWaiting(store, id))
      if (keys.has(key)) offered.set(id, (offered.get(id) ?? 0) + 1);
  return offered;
}

async function* listWaiting(store: UnitStore, batchId: string): AsyncIterable<string> {
  for await (const { key } of store.list({ batchId, states: ["waiting"] })) yield key;
}

function withoutBatch({
  name,
  seenAtMs,
  isLive,
}: KnownCoordinator): NonNullable<BatchStatus["coordinator"]> {
  return { name, seenAtMs, isLive };
}

/** The names of units for people, from what they are about. */
async function nameUnits(
  store: UnitStore,
  units: readonly UnitRecord[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const record of await store.get([...new Set(units.map(({ key }) => key))])) {
    if (record === undefined) continue;
    const name = nameOfWork(record.payload) ?? toPromptName(record.payload);
    if (name !== undefined) names.set(record.key, name);
  }
  return names;
}
