import { StoreError } from "../store-error.ts";
import type { Claim, ClaimAnswer } from "../unit-store.ts";
import type { BatchClock } from "./batch-clock.ts";
import type { BatchNews } from "./batch-event.ts";
import type { BatchSettings, RunBatchOptions } from "./batch-options.ts";
import { callOnChanges } from "./call-on-changes.ts";
import type { PlannedBatch } from "./plan-batch.ts";
import type { BatchReport } from "./run-batch.ts";
import { tellEvents } from "./tell-events.ts";
import { UnitPool } from "./unit-pool.ts";

export interface BatchRunInput<Payload, Result> {
  readonly options: RunBatchOptions<Payload, Result>;
  readonly settings: BatchSettings;
  readonly plan: PlannedBatch<Payload>;
  readonly clock: BatchClock;
}

type StopCause = Extract<BatchNews, { readonly type: "stopping" }>["cause"];

/** Milliseconds between two looks at a store that reports no change. */
const lookMs = 1_000;

/** One run over a planned batch: claims units while it may, and waits for whatever comes next. */
export class BatchRun<Payload, Result> {
  readonly #input: BatchRunInput<Payload, Result>;
  readonly #tell: (news: BatchNews) => void;
  readonly #pool: UnitPool<Payload, Result>;
  /** The cause in the last event `stopping`. */
  #toldCause: StopCause | undefined;

  constructor(input: BatchRunInput<Payload, Result>) {
    this.#input = input;
    const { options, settings, clock, plan } = input;
    this.#tell = tellEvents<BatchNews>(options.onEvent, clock, "runBatch");
    this.#pool = new UnitPool({
      options,
      settings,
      clock,
      worker: crypto.randomUUID(),
      groups: new Set([...plan.units.values()].map(({ group }) => group)),
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
    const pool = this.#pool;
    await using _ = callOnChanges({ ...options, call: pool.wake.call, onError: pool.fail });
    if (estimate.units > 0 && options.keepPauses !== true) await pool.gates.askAgain();
    const ended = await this.#loop();
    if (pool.fault !== undefined) throw pool.fault.error;
    const failure = pool.blocked === undefined ? {} : { failure: pool.blocked };
    return { ended, ...failure, tokens: pool.tokens };
  }

  async #loop(): Promise<BatchReport["ended"]> {
    for (;;) {
      const ended = this.#pool.findEnd();
      if (ended !== undefined) {
        await this.#leave(ended);
        return ended;
      }
      const answer = await this.#claim();
      if (answer?.type === "claimed") {
        this.#start(answer.claim);
        continue;
      }
      if (answer?.hasOpenUnits === false && this.#pool.running === 0)
        return this.#pool.gates.hasLeft ? "limit" : "finished";
      await this.#pool.wake.wait(this.#delayUntil(answer?.nextInMs));
    }
  }

  /** Undefined where this run may start no unit now. */
  async #claim(): Promise<ClaimAnswer | undefined> {
    const { options, plan } = this.#input;
    const { gates } = this.#pool;
    try {
      await gates.sync();
      if (!this.#pool.mayStart()) return undefined;
      const isProbing = gates.isProbing();
      const ask = this.#pool.askFor(plan.id, gates.passable());
      const answer = await options.store.claim(ask);
      // The store was not asked about a group that waits for its probe, which may end during the claim.
      return answer.type === "none" && isProbing ? { ...answer, hasOpenUnits: true } : answer;
    } catch (error) {
      this.#pool.fail(error);
      return undefined;
    }
  }

  #start(claim: Claim): void {
    const { options, plan } = this.#input;
    const unit = plan.units.get(claim.unit.key);
    if (unit !== undefined) return this.#pool.start(claim, unit, options.run);
    const message = `The store gave unit ${claim.unit.key}, which is not one of this batch. Check that it is a store of units.`;
    this.#pool.fail(new StoreError("broken", message));
  }

  async #leave(ended: BatchReport["ended"]): Promise<void> {
    const tokenBudget = this.#input.settings.tokens;
    if (ended === "budget" && tokenBudget !== undefined)
      this.#tell({ type: "budget_reached", tokens: this.#pool.tokens, tokenBudget });
    this.#tellStopping(ended);
    await this.#pool.drain(() => this.#tellStopping("interrupted"));
  }

  #tellStopping(ended: BatchReport["ended"]): void {
    if (ended === "budget") return;
    const cause = this.#stopCause(ended);
    if (this.#toldCause === "interrupt" || (this.#toldCause !== undefined && cause !== "interrupt"))
      return;
    this.#toldCause = cause;
    this.#tell({ type: "stopping", cause, running: this.#pool.running });
  }

  #stopCause(ended: BatchReport["ended"]): StopCause {
    if (ended === "interrupted") return "interrupt";
    if (this.#pool.fault !== undefined) return "store";
    return ended === "blocked" ? "blocked" : "stop";
  }

  #delayUntil(nextInMs: number | undefined): number {
    const delays = [this.#pool.gates.delayMs()];
    if (nextInMs !== undefined) delays.push(Math.max(10, nextInMs));
    const known = delays.filter((delay) => delay !== undefined);
    // Others may change the store, also where it does not say so, as of units that are done.
    return Math.min(this.#input.settings.leaseMs, lookMs, ...known);
  }
}
