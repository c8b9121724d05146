import { StoreError } from "../store-error.ts";
import type { UnitFailure } from "../unit.ts";
import type { Claim, ClaimAnswer } from "../unit-store.ts";
import type { BatchClock } from "./batch-clock.ts";
import type { BatchNews } from "./batch-event.ts";
import type { BatchSettings, RunBatchOptions } from "./batch-options.ts";
import { findEnd } from "./find-end.ts";
import { GroupGates } from "./group-gates.ts";
import type { PlannedBatch } from "./plan-batch.ts";
import type { BatchReport } from "./run-batch.ts";
import { mayStart, noTokenUse } from "./token-budget.ts";
import { UnitAttempt } from "./unit-attempt.ts";
import { Wake } from "./wake.ts";

export interface BatchRunInput<Payload, Result> {
  readonly options: RunBatchOptions<Payload, Result>;
  readonly settings: BatchSettings;
  readonly plan: PlannedBatch<Payload>;
  readonly clock: BatchClock;
}

type StopCause = Extract<BatchNews, { readonly type: "stopping" }>["cause"];

/** Milliseconds that interrupted units have to end by themselves. */
const graceMs = 5_000;

/** One run over a planned batch: claims units while it may, and waits for whatever comes next. */
export class BatchRun<Payload, Result> {
  readonly #input: BatchRunInput<Payload, Result>;
  readonly #worker = crypto.randomUUID();
  readonly #running = new Map<
    string,
    { readonly claim: Claim; readonly attempt: UnitAttempt<Payload, Result> }
  >();
  readonly #gates: GroupGates;
  readonly #wake: Wake;
  #use = noTokenUse;
  #fault: { readonly error: unknown } | undefined;
  #blocked: UnitFailure | undefined;
  /** The cause in the last event `stopping`. */
  #toldCause: StopCause | undefined;

  constructor(input: BatchRunInput<Payload, Result>) {
    this.#input = input;
    this.#wake = new Wake(input.clock);
    this.#gates = new GroupGates({
      store: input.options.store,
      groups: new Set([...input.plan.units.values()].map(({ group }) => group)),
      policy: input.settings.rateLimits,
      clock: input.clock,
      tell: this.#tell,
    });
  }

  async toEnd(): Promise<Pick<BatchReport, "ended" | "failure" | "tokens">> {
    const { options, plan, settings } = this.#input;
    const { id: batchId, units, done, failed, held, estimate } = plan;
    const tokenBudget = settings.tokens;
    this.#tell({
      type: "batch_planned",
      batchId,
      units: units.size,
      done,
      failed,
      held,
      estimate,
      ...(tokenBudget !== undefined && { tokenBudget }),
    });
    const end = new AbortController();
    void this.#watch(end.signal);
    const signals = [options.signal, options.stopSignal];
    for (const signal of signals) signal?.addEventListener("abort", this.#wake.call);
    try {
      const ended = await this.#loop();
      if (this.#fault !== undefined) throw this.#fault.error;
      const failure = this.#blocked === undefined ? {} : { failure: this.#blocked };
      return { ended, ...failure, tokens: this.#use.spent };
    } finally {
      for (const signal of signals) signal?.removeEventListener("abort", this.#wake.call);
      end.abort();
    }
  }

  async #loop(): Promise<BatchReport["ended"]> {
    for (;;) {
      const ended = this.#findEnd();
      if (ended !== undefined) {
        await this.#leave(ended);
        return ended;
      }
      const answer = await this.#claim();
      if (answer?.type === "claimed") {
        this.#start(answer.claim);
        continue;
      }
      if (answer?.hasOpenUnits === false && this.#running.size === 0)
        return this.#gates.hasLeft ? "limit" : "finished";
      await this.#wake.wait(this.#delayUntil(answer?.nextInMs));
    }
  }

  #findEnd(): BatchReport["ended"] | undefined {
    const { options, settings } = this.#input;
    return findEnd(options, {
      blocked: this.#blocked,
      hasFault: this.#fault !== undefined,
      spent: this.#use.spent,
      tokenBudget: settings.tokens,
    });
  }

  /** Undefined where this run may start no unit now. */
  async #claim(): Promise<ClaimAnswer | undefined> {
    const { options, settings, plan } = this.#input;
    try {
      await this.#gates.sync();
      const running = this.#running.size;
      if (running >= settings.concurrency) return undefined;
      if (!mayStart({ ...this.#use, running }, settings.tokens)) return undefined;
      const groups = this.#gates.passable();
      const isProbing = this.#gates.isProbing();
      const answer = await options.store.claim({
        worker: this.#worker,
        leaseMs: settings.leaseMs,
        batchId: plan.id,
        ...(groups !== undefined && { groups }),
        ...(settings.groupConcurrency !== undefined && {
          groupConcurrency: settings.groupConcurrency,
        }),
      });
      // The store was not asked about a group that waits for its probe, which may end during the claim.
      return answer.type === "none" && isProbing ? { ...answer, hasOpenUnits: true } : answer;
    } catch (error) {
      this.#fault ??= { error };
      return undefined;
    }
  }

  #start(claim: Claim): void {
    const { options, settings, clock, plan } = this.#input;
    const unit = plan.units.get(claim.unit.key);
    if (unit === undefined) {
      const message = `The store gave unit ${claim.unit.key}, which is not one of this batch. Check that it is a store of units.`;
      this.#fault ??= { error: new StoreError("broken", message) };
      return;
    }
    this.#gates.pass(claim);
    const attempt = new UnitAttempt<Payload, Result>({
      claim,
      unit,
      run: options.run,
      store: options.store,
      settings,
      clock,
      random: options.random ?? Math.random,
      signal: options.signal,
      gates: this.#gates,
      tell: this.#tell,
      block: (failure) => (this.#blocked ??= failure),
    });
    this.#running.set(claim.unit.key, { claim, attempt });
    void this.#finish(attempt, claim);
  }

  /** The same unit may run a second time here after its lease was lost; the entry is then the later attempt's. */
  async #finish(attempt: UnitAttempt<Payload, Result>, claim: Claim): Promise<void> {
    const { key } = claim.unit;
    try {
      const tokens = await attempt.toEnd();
      this.#use = { spent: this.#use.spent + tokens, attempts: this.#use.attempts + 1 };
    } catch (error) {
      this.#fault ??= { error };
    }
    // A probe that ended without a word on the limit, such as a lost one, lets the next unit go first.
    this.#gates.leave(claim, false);
    if (this.#running.get(key)?.attempt === attempt) this.#running.delete(key);
    this.#wake.call();
  }

  /** Waits for running units; of interrupted ones only so long as they may take. */
  async #leave(ended: BatchReport["ended"]): Promise<void> {
    const { options, clock, settings } = this.#input;
    if (ended === "budget" && settings.tokens !== undefined)
      this.#tell({
        type: "budget_reached",
        tokens: this.#use.spent,
        tokenBudget: settings.tokens,
      });
    this.#tellStopping(ended);
    while (this.#running.size > 0 && options.signal?.aborted !== true)
      await this.#wake.wait(undefined);
    if (this.#running.size === 0) return;
    this.#tellStopping("interrupted");
    const startMs = clock.monotonicNow();
    while (this.#running.size > 0) {
      const leftMs = graceMs - (clock.monotonicNow() - startMs);
      if (leftMs <= 0) break;
      await this.#wake.wait(leftMs);
    }
    for (const { claim } of this.#running.values()) await options.store.release(claim);
  }

  #tellStopping(ended: BatchReport["ended"]): void {
    if (ended === "budget") return;
    const cause = this.#stopCause(ended);
    if (this.#toldCause === "interrupt" || (this.#toldCause !== undefined && cause !== "interrupt"))
      return;
    this.#toldCause = cause;
    this.#tell({ type: "stopping", cause, running: this.#running.size });
  }

  #stopCause(ended: BatchReport["ended"]): StopCause {
    if (ended === "interrupted") return "interrupt";
    if (this.#fault !== undefined) return "store";
    return ended === "blocked" ? "blocked" : "stop";
  }

  #delayUntil(nextInMs: number | undefined): number | undefined {
    const { settings } = this.#input;
    const delays = [this.#gates.delayMs()];
    if (nextInMs !== undefined) delays.push(Math.max(10, nextInMs));
    const known = delays.filter((delay) => delay !== undefined);
    // Others may change the store, also where it cannot say so.
    return Math.min(settings.leaseMs, ...known);
  }

  async #watch(signal: AbortSignal): Promise<void> {
    try {
      for await (const _ of this.#input.options.store.watch(signal)) this.#wake.call();
    } catch (error) {
      this.#fault ??= { error };
      this.#wake.call();
    }
  }

  readonly #tell = (news: BatchNews): void => {
    try {
      this.#input.options.onEvent?.({ atMs: this.#input.clock.now(), ...news });
    } catch (error) {
      process.emitWarning(`A listener of runBatch failed: ${String(error)}`);
    }
  };
}
