import type { Unit, UnitFailure } from "../unit.ts";
import type { Claim, ClaimAsk, UnitStore } from "../unit-store.ts";
import type { BatchClock } from "./batch-clock.ts";
import type { BatchNews } from "./batch-event.ts";
import type { BatchSettings } from "./batch-options.ts";
import { findEnd, type StopSignals } from "./find-end.ts";
import { GroupGates } from "./group-gates.ts";
import { mayPass, StoreOutage } from "./store-outage.ts";
import { mayStart, noTokenUse } from "./token-budget.ts";
import { UnitAttempt, type UnitAttemptInput } from "./unit-attempt.ts";
import { Wake } from "./wake.ts";

export interface UnitPoolInput {
  readonly options: StopSignals & {
    readonly store: UnitStore;
    readonly random?: (() => number) | undefined;
  };
  readonly settings: BatchSettings;
  readonly clock: BatchClock;
  /** The name under which units are claimed; unique to one start of one process. */
  readonly worker: string;
  readonly groups: ReadonlySet<string>;
  readonly tell: (news: BatchNews) => void;
  /** With it, a store that is away ends no work. @default it does, after half a minute */
  readonly outage?: StoreOutage;
}

/** Milliseconds that interrupted units have to end by themselves. */
const graceMs = 5_000;

/** The units that one process runs at once: their gates, their tokens, and what keeps further ones from starting. */
export class UnitPool<Payload, Result> {
  readonly #input: UnitPoolInput;
  readonly #announced: StoreOutage;
  readonly #running = new Map<UnitAttempt<Payload, Result>, Claim>();
  readonly gates: GroupGates;
  readonly wake: Wake;
  #use = noTokenUse;
  #fault: { readonly error: unknown } | undefined;
  #blocked: UnitFailure | undefined;

  constructor(input: UnitPoolInput) {
    this.#input = input;
    const { options, settings, clock, groups, tell } = input;
    const { store } = options;
    this.#announced = input.outage ?? new StoreOutage(tell);
    this.wake = new Wake(clock);
    this.gates = new GroupGates({ store, groups, policy: settings.rateLimits, clock, tell });
  }

  /** The number of units that run. */
  get running(): number {
    return this.#running.size;
  }

  /** The tokens of the attempts that have ended. */
  get tokens(): number {
    return this.#use.spent;
  }

  /** The first error that ends the work. */
  get fault(): { readonly error: unknown } | undefined {
    return this.#fault;
  }

  get blocked(): UnitFailure | undefined {
    return this.#blocked;
  }

  /** Ends the work with this error. */
  readonly fail = (error: unknown): void => {
    this.#fault ??= { error };
  };

  /** The reason why no further unit starts, while some are left. */
  findEnd(): ReturnType<typeof findEnd> {
    return findEnd(this.#input.options, {
      blocked: this.#blocked,
      hasFault: this.#fault !== undefined,
      spent: this.#use.spent,
      tokenBudget: this.#input.settings.tokens,
    });
  }

  /** True where another unit may start now. */
  mayStart(): boolean {
    const { concurrency, tokens } = this.#input.settings;
    const { size: running } = this.#running;
    return running < concurrency && mayStart({ ...this.#use, running }, tokens);
  }

  /** The question for a unit of a batch. @param groups undefined for all */
  askFor(batchId: string, groups: readonly string[] | undefined): ClaimAsk {
    const { worker, settings } = this.#input;
    const { leaseMs, groupConcurrency } = settings;
    return {
      worker,
      leaseMs,
      batchId,
      holding: [...this.#running.values()].map((claim) => claim.unit.key),
      ...(groups !== undefined && { groups }),
      ...(groupConcurrency !== undefined && { groupConcurrency }),
    };
  }

  start(
    claim: Claim,
    unit: Required<Unit<Payload>>,
    run: UnitAttemptInput<Payload, Result>["run"],
  ): void {
    const { options, settings, clock, tell } = this.#input;
    this.gates.pass(claim);
    const attempt = new UnitAttempt<Payload, Result>({
      claim,
      unit,
      run,
      store: options.store,
      settings,
      clock,
      random: options.random ?? Math.random,
      signal: options.signal,
      gates: this.gates,
      tell,
      block: (failure) => (this.#blocked ??= failure),
      outage: this.#input.outage,
      announced: this.#announced,
    });
    this.#running.set(attempt, claim);
    void this.#finish(attempt, claim);
  }

  async #finish(attempt: UnitAttempt<Payload, Result>, claim: Claim): Promise<void> {
    try {
      const tokens = await attempt.toEnd();
      this.#use = { spent: this.#use.spent + tokens, attempts: this.#use.attempts + 1 };
    } catch (error) {
      this.fail(error);
    }
    // A probe that ended without a word on the limit, such as a lost one, lets the next unit go first.
    this.gates.leave(claim, false);
    this.#running.delete(attempt);
    this.wake.call();
  }

  /** Waits for running units; of interrupted ones only so long as they may take. */
  async drain(onInterrupt: () => void = () => {}): Promise<void> {
    const { options, clock } = this.#input;
    while (this.#running.size > 0 && options.signal?.aborted !== true)
      await this.wake.wait(undefined);
    if (this.#running.size === 0) return;
    onInterrupt();
    const startMs = clock.monotonicNow();
    while (this.#running.size > 0) {
      const leftMs = graceMs - (clock.monotonicNow() - startMs);
      if (leftMs <= 0) break;
      await this.wake.wait(leftMs);
    }
    await Promise.all([...this.#running.values()].map((claim) => this.#giveBack(claim)));
  }

  async #giveBack(claim: Claim): Promise<void> {
    try {
      await this.#input.options.store.release(claim);
    } catch (error) {
      if (this.#input.outage === undefined || !mayPass(error)) throw error;
      const { key } = claim.unit;
      this.#input.tell({ type: "unit_lost", key, cause: "store", tokens: 0, ranMs: 0 });
    }
  }
}
