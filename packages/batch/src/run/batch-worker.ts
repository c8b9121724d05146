import type { Unit } from "../unit.ts";
import type { Claim, UnitStore } from "../unit-store.ts";
import type { BatchClock } from "./batch-clock.ts";
import type { BatchSettings } from "./batch-options.ts";
import { callOnChanges } from "./call-on-changes.ts";
import { claimFromBatches } from "./claim-from-batches.ts";
import { holdLease } from "./hold-lease.ts";
import { mayPass, StoreOutage } from "./store-outage.ts";
import { tellEvents } from "./tell-events.ts";
import { UnitPool } from "./unit-pool.ts";
import type { WorkReport } from "./work-on-batches.ts";
import type { OpenBatch, WorkNews, WorkOptions } from "./work-options.ts";

export interface BatchWorkerInput<Result> {
  readonly options: WorkOptions<Result>;
  readonly settings: BatchSettings;
  readonly clock: BatchClock;
}

/** Milliseconds after which the open batches are read again. */
const refreshMs = 1_000;
/** Milliseconds before a store that cannot be reached is asked again. */
const storeRestMs = 1_000;

/** One worker: claims units of open batches while it may, and waits for whatever comes next. */
export class BatchWorker<Result> {
  readonly #input: BatchWorkerInput<Result>;
  readonly #groups = new Set<string>();
  readonly #refused = new Set<string>();
  readonly #tell: (news: WorkNews) => void;
  readonly #outage: StoreOutage;
  readonly #pool: UnitPool<unknown, Result>;
  #batches: readonly OpenBatch[] = [];
  #readAtMs = Number.NEGATIVE_INFINITY;
  #turn = 0;
  #done = 0;
  #hasClaimed = false;
  /** Since when no batch has had a unit for this worker. */
  #idleSinceMs: number | undefined;

  constructor(input: BatchWorkerInput<Result>) {
    this.#input = input;
    const { options, settings, clock } = input;
    const tell = tellEvents<WorkNews>(options.onEvent, clock, "workOnBatches");
    this.#tell = (news) => {
      if (news.type === "unit_done") this.#done += 1;
      tell(news);
    };
    this.#outage = new StoreOutage(this.#tell);
    this.#pool = new UnitPool({
      options,
      settings,
      clock,
      worker: options.id ?? `${options.name ?? "worker"} ${crypto.randomUUID().slice(0, 8)}`,
      groups: this.#groups,
      tell: this.#tell,
      outage: this.#outage,
    });
  }

  async toEnd(): Promise<WorkReport> {
    const pool = this.#pool;
    await using _ = callOnChanges({
      ...this.#input.options,
      call: pool.wake.call,
      onChange: () => {
        this.#readAtMs = Number.NEGATIVE_INFINITY;
        pool.wake.call();
      },
      onError: (error) => {
        if (!mayPass(error)) pool.fail(error);
      },
    });
    const ended = await this.#loop();
    if (pool.fault !== undefined) throw pool.fault.error;
    const failure = pool.blocked === undefined ? {} : { failure: pool.blocked };
    return { ended, ...failure, done: this.#done, tokens: pool.tokens };
  }

  async #loop(): Promise<WorkReport["ended"]> {
    for (;;) {
      const ended = this.#pool.findEnd() ?? (this.#isIdle() ? "idle" : undefined);
      if (ended !== undefined) {
        await this.#leave(ended);
        return ended;
      }
      const delayMs = await this.#claimOne();
      if (delayMs !== "claimed") await this.#pool.wake.wait(delayMs);
    }
  }

  #isIdle(): boolean {
    const { options, clock } = this.#input;
    if (options.idleMs === undefined || this.#idleSinceMs === undefined) return false;
    return clock.monotonicNow() - this.#idleSinceMs >= options.idleMs;
  }

  /** The milliseconds to wait where this worker may start no unit now. */
  async #claimOne(): Promise<number | "claimed"> {
    try {
      const answer = await this.#tryClaim();
      this.#outage.end(this);
      return answer;
    } catch (error) {
      // A store that has never taken a write is the wrong one, rather than one that takes none for now.
      if (!mayPass(error) || (error.kind !== "busy" && !this.#hasClaimed)) {
        this.#pool.fail(error);
        return 0;
      }
      if (this.#input.options.signal?.aborted === true) return 0;
      this.#outage.begin(this, error);
      this.#idleSinceMs = undefined;
      return storeRestMs;
    }
  }

  async #tryClaim(): Promise<number | "claimed"> {
    const { options, settings, clock } = this.#input;
    const { gates } = this.#pool;
    await gates.sync();
    const waitMs = Math.min(settings.leaseMs, refreshMs, gates.delayMs() ?? refreshMs);
    if (!this.#pool.mayStart()) return waitMs;
    // A store that takes no result now gets no further units to run.
    if (this.#outage.isFor(this)) return storeRestMs;
    if (clock.monotonicNow() - this.#readAtMs >= refreshMs) {
      this.#batches = await options.findBatches();
      this.#readAtMs = clock.monotonicNow();
      for (const { groups } of this.#batches) for (const group of groups) this.#groups.add(group);
    }
    this.#turn += 1;
    const answer = await claimFromBatches({
      batches: this.#batches.filter(({ id }) => !this.#refused.has(id)),
      passable: gates.passable(),
      turn: this.#turn,
      claim: (batchId, groups) => options.store.claim(this.#pool.askFor(batchId, groups)),
    });
    if (answer.type === "claimed") {
      this.#idleSinceMs = undefined;
      this.#hasClaimed = true;
      await this.#take(answer.claim, answer.batchId);
      return "claimed";
    }
    if (this.#pool.running > 0 || answer.hasOpenUnits) this.#idleSinceMs = undefined;
    else this.#idleSinceMs ??= clock.monotonicNow();
    return Math.max(10, Math.min(waitMs, answer.nextInMs ?? waitMs));
  }

  async #take(claim: Claim, batchId: string): Promise<void> {
    const { options, clock } = this.#input;
    let isLost = false;
    using _ = holdLease(options.store, claim, clock, () => {
      isLost = true;
    });
    const reason = await this.#findRefusal(claim, batchId);
    if (isLost) return;
    if (options.signal?.aborted === true) return await giveBack(options.store, claim);
    if (reason !== undefined) {
      this.#refused.add(batchId);
      await options.store.release(claim);
      this.#tell({ type: "batch_refused", batchId, key: claim.unit.key, reason });
      return;
    }
    this.#pool.start(claim, claim.unit, (unit: Required<Unit>, context) =>
      options.run(unit, { ...context, batchId }),
    );
  }

  async #findRefusal(claim: Claim, batchId: string): Promise<string | undefined> {
    const { options } = this.#input;
    try {
      return await options.findRefusal?.(claim.unit, batchId);
    } catch (error) {
      await giveBack(options.store, claim);
      throw error;
    }
  }

  async #leave(ended: WorkReport["ended"]): Promise<void> {
    const cause =
      ended === "interrupted" ? "interrupt" : this.#pool.fault === undefined ? "stop" : "store";
    this.#tell({ type: "stopping", cause, running: this.#pool.running });
    await this.#pool.drain();
  }
}

/** Where the store does not hear it, the unit is free after its lease. */
async function giveBack(store: UnitStore, claim: Claim): Promise<void> {
  try {
    await store.release(claim);
  } catch (error) {
    if (!mayPass(error)) throw error;
  }
}
