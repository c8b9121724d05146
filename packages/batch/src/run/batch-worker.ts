import { StoreError } from "../store-error.ts";
import type { Unit, UnitFailure } from "../unit.ts";
import type { Claim } from "../unit-store.ts";
import type { BatchClock } from "./batch-clock.ts";
import type { BatchNews } from "./batch-event.ts";
import type { BatchSettings } from "./batch-options.ts";
import { findEnd } from "./find-end.ts";
import { GroupGates } from "./group-gates.ts";
import { mayStart, noTokenUse } from "./token-budget.ts";
import { UnitAttempt } from "./unit-attempt.ts";
import { Wake } from "./wake.ts";
import type { WorkReport } from "./work-on-batches.ts";
import type { OpenBatch, WorkEvent, WorkOptions } from "./work-options.ts";

export interface BatchWorkerInput<Result> {
  readonly options: WorkOptions<Result>;
  readonly settings: BatchSettings;
  readonly clock: BatchClock;
}

/** Milliseconds after which the open batches are read again. */
const refreshMs = 1_000;
/** Milliseconds before a store that cannot be reached is asked again. */
const storeRestMs = 1_000;
/** Milliseconds that interrupted units have to end by themselves. */
const graceMs = 5_000;

/** One worker: claims units of open batches while it may, and waits for whatever comes next. */
export class BatchWorker<Result> {
  readonly #input: BatchWorkerInput<Result>;
  readonly #worker: string;
  readonly #running = new Map<UnitAttempt<unknown, Result>, Claim>();
  readonly #groups = new Set<string>();
  readonly #refused = new Set<string>();
  readonly #gates: GroupGates;
  readonly #wake: Wake;
  #batches: readonly OpenBatch[] = [];
  #readAtMs = Number.NEGATIVE_INFINITY;
  #turn = 0;
  #use = noTokenUse;
  #done = 0;
  #isStoreLost = false;
  #fault: { readonly error: unknown } | undefined;
  #blocked: UnitFailure | undefined;

  constructor(input: BatchWorkerInput<Result>) {
    this.#input = input;
    const { options, settings, clock } = input;
    this.#worker = `${options.name ?? "worker"} ${crypto.randomUUID().slice(0, 8)}`;
    this.#wake = new Wake(clock);
    this.#gates = new GroupGates({
      store: options.store,
      groups: this.#groups,
      policy: settings.rateLimits,
      clock,
      tell: this.#tell,
    });
  }

  async toEnd(): Promise<WorkReport> {
    const { options } = this.#input;
    const end = new AbortController();
    const watching = this.#watch(end.signal);
    const signals = [options.signal, options.stopSignal];
    for (const signal of signals) signal?.addEventListener("abort", this.#wake.call);
    try {
      const ended = await this.#loop();
      if (this.#fault !== undefined) throw this.#fault.error;
      const failure = this.#blocked === undefined ? {} : { failure: this.#blocked };
      return { ended, ...failure, done: this.#done, tokens: this.#use.spent };
    } finally {
      for (const signal of signals) signal?.removeEventListener("abort", this.#wake.call);
      end.abort();
      await watching;
    }
  }

  async #loop(): Promise<WorkReport["ended"]> {
    for (;;) {
      const ended = this.#findEnd();
      if (ended !== undefined) {
        await this.#leave(ended);
        return ended;
      }
      const delayMs = await this.#claimOne();
      if (delayMs !== "claimed") await this.#wake.wait(delayMs);
    }
  }

  #findEnd(): WorkReport["ended"] | undefined {
    const { options, settings } = this.#input;
    return findEnd(options, {
      blocked: this.#blocked,
      hasFault: this.#fault !== undefined,
      spent: this.#use.spent,
      tokenBudget: settings.tokens,
    });
  }

  /** The milliseconds to wait where this worker may start no unit now. */
  async #claimOne(): Promise<number | "claimed"> {
    try {
      const answer = await this.#tryClaim();
      if (this.#isStoreLost) this.#tell({ type: "store_found" });
      this.#isStoreLost = false;
      return answer;
    } catch (error) {
      if (!isLost(error)) {
        this.#fault ??= { error };
        return 0;
      }
      if (!this.#isStoreLost) this.#tell({ type: "store_lost", message: error.message });
      this.#isStoreLost = true;
      return storeRestMs;
    }
  }

  async #tryClaim(): Promise<number | "claimed"> {
    const { options, settings, clock } = this.#input;
    const running = this.#running.size;
    await this.#gates.sync();
    const waitMs = Math.min(settings.leaseMs, refreshMs, this.#gates.delayMs() ?? refreshMs);
    if (running >= settings.concurrency) return waitMs;
    if (!mayStart({ ...this.#use, running }, settings.tokens)) return waitMs;
    if (clock.monotonicNow() - this.#readAtMs >= refreshMs) {
      this.#batches = await options.findBatches();
      this.#readAtMs = clock.monotonicNow();
      for (const { groups } of this.#batches) for (const group of groups) this.#groups.add(group);
    }
    const passable = this.#gates.passable();
    const open = this.#batches.filter(({ id }) => !this.#refused.has(id));
    // Each claim begins with another batch, so that none waits for the end of the others.
    this.#turn += 1;
    let nextInMs = waitMs;
    for (let index = 0; index < open.length; index += 1) {
      const batch = open[(index + this.#turn) % open.length];
      const groups = batch?.groups.filter((group) => passable?.includes(group) ?? true) ?? [];
      if (batch === undefined || groups.length === 0) continue;
      const answer = await options.store.claim({
        worker: this.#worker,
        leaseMs: settings.leaseMs,
        batchId: batch.id,
        groups,
        ...(settings.groupConcurrency !== undefined && {
          groupConcurrency: settings.groupConcurrency,
        }),
      });
      if (answer.type === "claimed") {
        await this.#take(answer.claim, batch.id);
        return "claimed";
      }
      if (answer.nextInMs !== undefined) nextInMs = Math.min(nextInMs, answer.nextInMs);
    }
    return Math.max(10, nextInMs);
  }

  async #take(claim: Claim, batchId: string): Promise<void> {
    const { options, settings, clock } = this.#input;
    const reason = await options.findRefusal?.(claim.unit, batchId);
    if (reason !== undefined) {
      this.#refused.add(batchId);
      await options.store.release(claim);
      this.#tell({ type: "batch_refused", batchId, key: claim.unit.key, reason });
      return;
    }
    this.#gates.pass(claim);
    const attempt = new UnitAttempt<unknown, Result>({
      claim,
      unit: claim.unit,
      run: (unit: Required<Unit>, context) => options.run(unit, { ...context, batchId }),
      store: options.store,
      settings,
      clock,
      random: options.random ?? Math.random,
      signal: options.signal,
      gates: this.#gates,
      tell: this.#tell,
      block: (failure) => (this.#blocked ??= failure),
    });
    this.#running.set(attempt, claim);
    void this.#finish(attempt, claim);
  }

  async #finish(attempt: UnitAttempt<unknown, Result>, claim: Claim): Promise<void> {
    try {
      const tokens = await attempt.toEnd();
      this.#use = { spent: this.#use.spent + tokens, attempts: this.#use.attempts + 1 };
    } catch (error) {
      // The lease ends by itself, and the unit runs again.
      if (isLost(error))
        this.#tell({ type: "unit_lost", key: claim.unit.key, tokens: 0, ranMs: 0 });
      else this.#fault ??= { error };
    }
    this.#gates.leave(claim, false);
    this.#running.delete(attempt);
    this.#wake.call();
  }

  /** Waits for running units; of interrupted ones only so long as they may take. */
  async #leave(ended: WorkReport["ended"]): Promise<void> {
    const { options, clock } = this.#input;
    const cause =
      ended === "interrupted" ? "interrupt" : this.#fault === undefined ? "stop" : "store";
    this.#tell({ type: "stopping", cause, running: this.#running.size });
    while (this.#running.size > 0 && options.signal?.aborted !== true)
      await this.#wake.wait(undefined);
    const startMs = clock.monotonicNow();
    while (this.#running.size > 0) {
      const leftMs = graceMs - (clock.monotonicNow() - startMs);
      if (leftMs <= 0) break;
      await this.#wake.wait(leftMs);
    }
    for (const claim of this.#running.values()) await options.store.release(claim);
  }

  async #watch(signal: AbortSignal): Promise<void> {
    try {
      for await (const _ of this.#input.options.store.watch(signal)) {
        this.#readAtMs = Number.NEGATIVE_INFINITY;
        this.#wake.call();
      }
    } catch (error) {
      if (!isLost(error)) this.#fault ??= { error };
      this.#wake.call();
    }
  }

  readonly #tell = (news: WorkNews): void => {
    if (news.type === "unit_done") this.#done += 1;
    try {
      this.#input.options.onEvent?.({ atMs: this.#input.clock.now(), ...news });
    } catch (error) {
      process.emitWarning(`A listener of workOnBatches failed: ${String(error)}`);
    }
  };
}

type WorkNews = BatchNews | OwnNews;
type OwnNews =
  Exclude<WorkEvent, { readonly type: BatchNews["type"] }> extends infer Event
    ? Event extends WorkEvent
      ? Omit<Event, "atMs">
      : never
    : never;

/** True where the store may be there again later. */
function isLost(error: unknown): error is StoreError {
  return error instanceof StoreError && error.kind === "busy";
}
