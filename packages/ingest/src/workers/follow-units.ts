import {
  type BatchClock,
  type BatchReport,
  followBatch,
  type FollowOptions,
  machineClock,
  StoreError,
  type UnitStore,
} from "@ktx/batch";
import type { IngestEvent } from "../ingest-event.ts";
import { noteCoordinator } from "./coordinator-notes.ts";
import type { IngestWork } from "./ingest-work.ts";
import { isLive } from "./keep-notes.ts";
import { closeRuns, keepRunOpen, type OpenRun, openRunFor } from "./open-runs.ts";
import { findWorkers } from "./worker-notes.ts";

/** The workers of an ingest that runs no unit itself. */
export interface Workers {
  /** Names the project in the store. */
  readonly project: string;
  /** Names the run for people. */
  readonly label: string;
  /** Names this process for people. */
  readonly name: string;
  /** The groups that share the units, one for each sign-in. */
  readonly groups: readonly string[];
}

type WorkerAside = Extract<IngestEvent, { readonly type: "worker_aside" }>;

/** Offers units to workers, and follows them to their ends. */
export async function followUnits(
  options: FollowOptions<IngestWork | null>,
  { project, label, name, groups }: Workers,
  tell: (event: WorkerAside) => void,
): Promise<BatchReport> {
  const { store, clock = machineClock() } = options;
  const over = new AbortController();
  let watching: Promise<void> = Promise.resolve();
  let note: AsyncDisposable | undefined;
  try {
    return await followBatch({
      ...options,
      label,
      // Projects with the same sources share units, and each has a batch of its own.
      scope: project,
      ...(groups.length > 1 && { sharedGroups: groups }),
      onAdded: async (batchId) => {
        const run: OpenRun = { version: 1, project, label, batchId, groups };
        await openRunFor(store, run);
        note = await noteCoordinator(store, { name, batchId });
        watching = watchRun({ store, run, tell, clock }, over.signal);
      },
    });
  } finally {
    over.abort();
    await watching;
    // A store that is gone keeps the run open; the next one of the project closes it.
    await Promise.all([note?.[Symbol.asyncDispose](), closeRuns(store, project).catch(() => {})]);
  }
}

interface RunWatch extends Pick<FollowOptions<unknown>, "store"> {
  readonly run: OpenRun;
  readonly tell: (event: WorkerAside) => void;
  readonly clock: Pick<BatchClock, "wait">;
}

/** Milliseconds before the first look at the workers; twice as many before the next one, up to the most. */
const firstLookMs = 250;
const mostLookMs = 4_000;

/** Keeps the run open, and announces each worker that is there and takes no unit, until the signal fires. */
async function watchRun(watch: RunWatch, signal: AbortSignal): Promise<void> {
  const { store, run } = watch;
  const told = new Set<string>();
  for (let looks = 0; !signal.aborted; looks += 1) {
    await watch.clock.wait(Math.min(mostLookMs, firstLookMs * 2 ** looks), signal);
    if (signal.aborted) return;
    const aside = await look().catch((error: unknown) => {
      // The batch itself meets a store that is away.
      if (error instanceof StoreError) return [];
      throw error;
    });
    for (const event of aside.filter(({ worker }) => !told.has(worker))) {
      told.add(event.worker);
      watch.tell(event);
    }
  }

  async function look(): Promise<readonly WorkerAside[]> {
    await keepRunOpen(store, run);
    return await findAside(store, run);
  }
}

async function findAside(
  store: UnitStore,
  { batchId, groups }: OpenRun,
): Promise<readonly WorkerAside[]> {
  const nowMs = await store.now();
  return (await findWorkers(store)).flatMap((one): readonly WorkerAside[] => {
    if (!isLive(one, nowMs)) return [];
    const { worker, groups: own } = one;
    const refusal = one.refusals.find((refused) => refused.batchId === batchId)?.reason;
    const isOther = own !== null && !own.some((group) => groups.includes(group));
    return isOther || refusal !== undefined
      ? [{ type: "worker_aside", worker, groups: own, ...(refusal !== undefined && { refusal }) }]
      : [];
  });
}
