import type { UnitRecord, UnitState } from "../unit.ts";
import type { UnitCounts, UnitStore } from "../unit-store.ts";
import { machineClock, setByStore } from "./batch-clock.ts";
import type { BatchNews } from "./batch-event.ts";
import { resolveSettings, type RunBatchOptions } from "./batch-options.ts";
import { callOnChanges } from "./call-on-changes.ts";
import { GroupGates } from "./group-gates.ts";
import { type PlannedBatch, planBatch } from "./plan-batch.ts";
import type { BatchReport } from "./run-batch.ts";
import { SharedGroups } from "./shared-groups.ts";
import { mayPass, StoreOutage } from "./store-outage.ts";
import { tellEvents } from "./tell-events.ts";
import { Wake } from "./wake.ts";

export interface FollowOptions<Payload> extends Pick<
  RunBatchOptions<Payload, unknown>,
  | "units"
  | "store"
  | "onlyFailed"
  | "keepPauses"
  | "label"
  | "rateLimits"
  | "signal"
  | "stopSignal"
  | "onEvent"
  | "clock"
> {
  /** Units that all workers together run at once, for the estimate. @default 4 */
  readonly concurrency?: number;
  /**
   * Groups that may run each other's units, as the sign-ins of one team may. One that a worker serves and that has none
   * left takes half of those that wait in another, such as one that is paused. @default each unit stays in its group
   */
  readonly sharedGroups?: readonly string[];
  /** Keeps the batch apart from those of others with the same units, such as of another project. @default their keys alone name it */
  readonly scope?: string;
  /** Called once the units are in the store, with the name of their batch. */
  readonly onAdded?: (batchId: string) => Promise<void>;
}

/** Milliseconds between two looks at a store that reports no change. */
const lookMs = 1_000;
/** Units that were done last, of which a look reads so many before it reads the whole batch. */
const mostRecent = 500;

/**
 * Adds units to a store and follows them until none is open, without running any: workers do. It ends early by its
 * signals, or where all groups of open units wait for a limit that lasts longer than `maxWaitMs`. What workers run then
 * goes on. Its events of units that are done have no result (null). Once it follows, a store that is away is waited for.
 *
 * @throws {StoreError} for a store that cannot be read or written.
 */
export async function followBatch<Payload>(options: FollowOptions<Payload>): Promise<BatchReport> {
  const { store, signal, stopSignal } = options;
  const clock = await setByStore(options.clock ?? machineClock(), store);
  const { concurrency, rateLimits } = resolveSettings(options);
  const { units, onlyFailed = false, label, scope } = options;
  const plan = await planBatch({ units, store, concurrency, onlyFailed, label, scope });
  const { id: batchId, done, failed, held, estimate } = plan;
  const tell = tellEvents<BatchNews>(options.onEvent, clock, "followBatch");
  const first = await store.counts(batchId);
  tell({ type: "batch_planned", batchId, units: plan.units.size, done, failed, held, estimate });
  await options.onAdded?.(batchId);
  // A shared group without a unit may take one.
  const groups = groupsOf(plan).union(new Set(options.sharedGroups));
  const gates = new GroupGates({ store, groups, policy: rateLimits, clock, tell });
  if (plan.estimate.units > 0 && options.keepPauses !== true) await gates.askAgain();
  const shared = new SharedGroups({
    store,
    batchId,
    units: plan.units,
    groups: [...groups],
    mayMove: options.sharedGroups !== undefined,
    clock,
    tell,
  });
  const news = new UnitNews(store, plan, { tell, serve: shared.serve });
  await news.skipKnown();
  const wake = new Wake(clock);
  await using _ = callOnChanges({
    ...options,
    call: wake.call,
    // The next look at the store shows a lasting fault.
    onError: () => {},
  });
  const outage = new StoreOutage(tell);
  let counts = first;
  for (;;) {
    const startMs = clock.monotonicNow();
    const ended = await look();
    const tokens = counts.usage.tokens - first.usage.tokens;
    if (ended !== undefined) return { ended, batchId, counts, tokens };
    // A look at very many units takes a while; it shall not take the store from the workers.
    await wake.wait(Math.max(lookMs, 10 * (clock.monotonicNow() - startMs)));
  }

  async function look(): Promise<BatchReport["ended"] | undefined> {
    try {
      counts = await store.counts(batchId);
      await news.tellAll(counts);
      const isOver = counts.waiting + counts.running === 0;
      const ended = isOver ? "finished" : await findEnd();
      if (ended === undefined) await share();
      outage.end(news);
      return ended;
    } catch (error) {
      if (!mayPass(error)) throw error;
      const stopped = findStop();
      if (stopped === undefined) outage.begin(news, error);
      return stopped;
    }
  }

  /** Workers say it where a store takes no writes; here it keeps units in their groups. */
  async function share(): Promise<void> {
    try {
      await shared.look();
    } catch (error) {
      if (!mayPass(error) || error.kind === "busy") throw error;
    }
  }

  function findStop(): BatchReport["ended"] | undefined {
    if (signal?.aborted === true) return "interrupted";
    return stopSignal?.aborted === true ? "stopped" : undefined;
  }

  async function findEnd(): Promise<BatchReport["ended"] | undefined> {
    const stopped = findStop();
    if (stopped !== undefined) return stopped;
    await gates.sync();
    return counts.running === 0 && gates.hasLeft && gates.passable()?.length === 0
      ? "limit"
      : undefined;
  }
}

function groupsOf<Payload>({ units }: PlannedBatch<Payload>): ReadonlySet<string> {
  return new Set([...units.values()].map(({ group }) => group));
}

interface Hearers {
  readonly tell: (news: BatchNews) => void;
  /** Hears of each unit that a worker runs, or has ended. */
  readonly serve: (group: string) => void;
}

/** Makes events of what workers have recorded since the last look. */
class UnitNews {
  readonly #store: UnitStore;
  readonly #batch: Pick<PlannedBatch<unknown>, "id" | "units">;
  readonly #hears: Hearers;
  readonly #done = new Set<string>();
  readonly #aside = new Set<string>();
  readonly #attempts = new Map<string, number>();

  constructor(
    store: UnitStore,
    batch: Pick<PlannedBatch<unknown>, "id" | "units">,
    hears: Hearers,
  ) {
    this.#store = store;
    this.#batch = batch;
    this.#hears = hears;
  }

  /** Units that ended before are no news. */
  async skipKnown(): Promise<void> {
    for await (const { key, state } of this.#list("done", "failed", "held"))
      (state === "done" ? this.#done : this.#aside).add(key);
  }

  async tellAll(counts: UnitCounts): Promise<void> {
    if (counts.running > 0)
      for await (const { key, group, attempt } of this.#list("running")) {
        this.#hears.serve(group);
        if (this.#attempts.get(key) === attempt) continue;
        this.#attempts.set(key, attempt);
        this.#hears.tell({ type: "unit_started", key, group, attempt });
      }
    if (counts.failed + counts.held > this.#aside.size)
      for await (const record of this.#list("failed", "held")) this.#tellAside(record);
    const more = counts.done - this.#done.size;
    if (more <= 0) return;
    // Of all batches, so that some may be missing.
    if (more < mostRecent / 2)
      for (const record of (await this.#store.recent(mostRecent)).toReversed())
        this.#tellDone(record);
    if (counts.done > this.#done.size)
      for await (const record of this.#list("done")) this.#tellDone(record);
  }

  #list(...states: readonly UnitState[]): AsyncIterable<UnitRecord> {
    return this.#store.list({ batchId: this.#batch.id, states });
  }

  #tellDone({ key, group, usage }: UnitRecord): void {
    if (this.#done.has(key) || !this.#batch.units.has(key)) return;
    this.#hears.serve(group);
    this.#done.add(key);
    this.#attempts.delete(key);
    this.#hears.tell({ type: "unit_done", key, result: null, ...usage });
  }

  #tellAside({ key, group, state, usage, failure, failures, heldReason }: UnitRecord): void {
    if (this.#aside.has(key)) return;
    this.#hears.serve(group);
    this.#aside.add(key);
    this.#attempts.delete(key);
    if (state === "held")
      this.#hears.tell({ type: "unit_held", key, reason: heldReason ?? "", ...usage });
    else if (failure !== undefined)
      this.#hears.tell({ type: "unit_failed", key, failure, failures, ...usage });
  }
}
