import { StoreError } from "../store-error.ts";
import type { Unit, UnitFailure, UnitUsage } from "../unit.ts";
import type { Claim, UnitStore } from "../unit-store.ts";
import type { BatchClock } from "./batch-clock.ts";
import type { BatchNews } from "./batch-event.ts";
import type { BatchSettings, UnitContext } from "./batch-options.ts";
import { decideRetry } from "./decide-retry.ts";
import type { GroupGates } from "./group-gates.ts";
import { holdLease } from "./hold-lease.ts";
import { mayPass, type StoreOutage } from "./store-outage.ts";
import type { UnitOutcome } from "./unit-outcome.ts";

export interface UnitAttemptInput<Payload, Result> {
  readonly claim: Claim;
  readonly unit: Required<Unit<Payload>>;
  readonly run: (
    unit: Required<Unit<Payload>>,
    context: UnitContext,
  ) => Promise<UnitOutcome<Result>>;
  readonly store: UnitStore;
  readonly settings: BatchSettings;
  readonly clock: BatchClock;
  readonly random: () => number;
  readonly signal: AbortSignal | undefined;
  readonly gates: GroupGates;
  readonly tell: (news: BatchNews) => void;
  /** Ends the run softly. */
  readonly block: (failure: UnitFailure) => void;
  /** With it, the end of the attempt waits for the store as long as it takes; else half a minute. */
  readonly outage: StoreOutage | undefined;
  /** Announces that the store takes no end of an attempt, whether the run waits it out or not. */
  readonly announced: StoreOutage;
}

/** The end of an attempt; `unreadable`: the store did not give what the unit needs, which is no fault of the unit. */
type AttemptOutcome<Result> =
  | UnitOutcome<Result>
  | { readonly type: "unreadable"; readonly tokens?: undefined };

/** Milliseconds for which the end of an attempt is offered to a store that cannot take it. */
const recordPatienceMs = 30_000;
/** Milliseconds for which a unit that the store did not give whole stays with its worker, so that another one asks for it. */
const unreadableMs = 1_000;

/** One attempt of a unit, from its claim to its recorded end. */
export class UnitAttempt<Payload, Result> {
  readonly #input: UnitAttemptInput<Payload, Result>;
  readonly #lost = new AbortController();

  constructor(input: UnitAttemptInput<Payload, Result>) {
    this.#input = input;
  }

  /** The tokens that it used. @throws {StoreError} where its end cannot be recorded. */
  async toEnd(): Promise<number> {
    const { claim, settings, store, clock, tell } = this.#input;
    const { key, group } = claim.unit;
    if (claim.losses > settings.retry.losses) {
      const usage = { tokens: 0, ranMs: 0 };
      await this.#orLost(usage, () => this.#fail(poison(claim.losses), usage));
      return 0;
    }
    tell({ type: "unit_started", key, group, attempt: claim.attempt });
    const startedAtMs = clock.now();
    const startMs = clock.monotonicNow();
    using _ = holdLease(store, claim, clock, () =>
      this.#lost.abort(new Error("The lease was lost.")),
    );
    const outcome = await this.#run();
    const tokens = Math.max(0, Math.round(outcome.tokens ?? 0));
    const usage = { tokens, ranMs: Math.round(clock.monotonicNow() - startMs) };
    if (this.#lost.signal.aborted) this.#tellLost(usage, "taken");
    else await this.#orLost(usage, () => this.#record(outcome, usage, startedAtMs));
    return tokens;
  }

  async #run(): Promise<AttemptOutcome<Result>> {
    const { unit, run, claim, clock, outage } = this.#input;
    const signals = [this.#lost.signal, this.#input.signal].filter((one) => one !== undefined);
    const signal = AbortSignal.any(signals);
    try {
      return await run(unit, { attempt: claim.attempt, signal });
    } catch (error) {
      if (outage !== undefined && mayPass(error)) {
        await clock.wait(unreadableMs, signal);
        return { type: "unreadable" };
      }
      // This worker alone cannot use the store.
      if (outage !== undefined && error instanceof StoreError)
        return { type: "blocked", failure: { kind: "store", message: error.message } };
      const message = error instanceof Error ? error.message : String(error);
      return { type: "failed", failure: { kind: "thrown", message } };
    }
  }

  /** A worker goes on where a store that is away keeps the end of one attempt from it. */
  async #orLost(usage: UnitUsage, record: () => Promise<void>): Promise<void> {
    try {
      await record();
    } catch (error) {
      if (this.#input.outage === undefined || !mayPass(error)) throw error;
      this.#tellLost(usage, "store");
    }
  }

  async #record(
    outcome: AttemptOutcome<Result>,
    usage: UnitUsage,
    startedAtMs: number,
  ): Promise<void> {
    const { claim, store, gates, tell, signal } = this.#input;
    const { key } = claim.unit;
    // An interrupt is no fault of the unit.
    if (signal?.aborted === true && outcome.type === "failed")
      return await this.#release("interrupt", usage);
    switch (outcome.type) {
      case "done": {
        const { result } = outcome;
        gates.leave(claim, true);
        if (await this.#offer(() => store.complete(claim, { result, usage })))
          tell({ type: "unit_done", key, result, ...usage });
        else this.#tellLost(usage, "taken");
        return;
      }
      case "failed":
        gates.leave(claim, true);
        return await this.#fail(outcome, usage);
      case "held": {
        const { reason } = outcome;
        gates.leave(claim, true);
        if (await this.#offer(() => store.hold(claim, { reason, usage })))
          tell({ type: "unit_held", key, reason, ...usage });
        else this.#tellLost(usage, "taken");
        return;
      }
      case "limited":
        // The pause first, so that no worker takes the unit before it.
        await this.#offer(gates.shut(claim, outcome.limit, startedAtMs));
        await this.#offer(() => gates.sync());
        return await this.#release("limit", usage);
      case "blocked":
        this.#input.block(outcome.failure);
        return await this.#release("blocked", usage);
      case "unreadable":
        return await this.#release("store", usage);
      default:
        return outcome satisfies never;
    }
  }

  async #fail(
    outcome: UnitOutcome<Result> & { readonly type: "failed" },
    usage: UnitUsage,
  ): Promise<void> {
    const { claim, store, settings, random, tell } = this.#input;
    const { failure, isRetryable = true } = outcome;
    const failures = claim.failures + 1;
    const failed = { failures, isRetryable, retryAfterMs: outcome.retryAfterMs ?? 0 };
    const retryAfterMs = decideRetry(failed, settings.retry, random);
    const retry = retryAfterMs === undefined ? {} : { retryAfterMs };
    const { key } = claim.unit;
    if (await this.#offer(() => store.fail(claim, { failure, usage, ...retry })))
      tell({
        type: "unit_failed",
        key,
        failure,
        failures,
        ...usage,
        ...retry,
      });
    else this.#tellLost(usage, "taken");
  }

  async #release(
    cause: "limit" | "interrupt" | "blocked" | "store",
    usage: UnitUsage,
  ): Promise<void> {
    const { claim, store, tell } = this.#input;
    if (await this.#offer(() => store.release(claim, usage)))
      tell({ type: "unit_released", key: claim.unit.key, cause, ...usage });
    else this.#tellLost(usage, "taken");
  }

  #tellLost(usage: UnitUsage, cause: "taken" | "store"): void {
    this.#input.tell({ type: "unit_lost", key: this.#input.claim.unit.key, cause, ...usage });
  }

  /** Offers the end of the attempt again while the store cannot take it: it was paid for. */
  async #offer<Answer>(record: () => Promise<Answer>): Promise<Answer> {
    const { clock, outage, announced, signal } = this.#input;
    const startMs = clock.monotonicNow();
    for (;;) {
      try {
        const answer = await record();
        announced.end(this);
        return answer;
      } catch (error) {
        const isOver = outage === undefined && clock.monotonicNow() - startMs >= recordPatienceMs;
        if (!mayPass(error) || isOver || signal?.aborted === true) throw error;
        announced.begin(this, error);
        await clock.wait(500, signal);
      }
    }
  }
}

function poison(losses: number): UnitOutcome<never> & { readonly type: "failed" } {
  const message = `Its process died ${losses} times while it ran.`;
  return { type: "failed", failure: { kind: "lost", message }, isRetryable: false };
}
