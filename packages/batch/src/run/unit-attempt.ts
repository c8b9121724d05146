import { StoreError } from "../store-error.ts";
import type { Unit, UnitFailure, UnitUsage } from "../unit.ts";
import type { Claim, UnitStore } from "../unit-store.ts";
import type { BatchClock } from "./batch-clock.ts";
import type { BatchNews } from "./batch-event.ts";
import type { BatchSettings, UnitContext } from "./batch-options.ts";
import { decideRetry } from "./decide-retry.ts";
import type { GroupGates } from "./group-gates.ts";
import { holdLease } from "./hold-lease.ts";
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
}

/** Milliseconds for which the end of an attempt is offered to a store that cannot take it. */
const recordPatienceMs = 30_000;

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
      await this.#fail(poison(claim.losses), { tokens: 0, ranMs: 0 });
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
    if (this.#lost.signal.aborted) this.#tellLost(usage);
    else await this.#record(outcome, usage, startedAtMs);
    return tokens;
  }

  async #run(): Promise<UnitOutcome<Result>> {
    const { unit, run, claim, signal } = this.#input;
    const signals = signal === undefined ? [this.#lost.signal] : [this.#lost.signal, signal];
    try {
      return await run(unit, { attempt: claim.attempt, signal: AbortSignal.any(signals) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { type: "failed", failure: { kind: "thrown", message } };
    }
  }

  async #record(
    outcome: UnitOutcome<Result>,
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
        else this.#tellLost(usage);
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
        else this.#tellLost(usage);
        return;
      }
      case "limited":
        // The pause first, so that no worker takes the unit before it.
        await this.#offer(() => gates.shut(claim, outcome.limit, startedAtMs));
        return await this.#release("limit", usage);
      case "blocked":
        this.#input.block(outcome.failure);
        return await this.#release("blocked", usage);
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
    else this.#tellLost(usage);
  }

  async #release(cause: "limit" | "interrupt" | "blocked", usage: UnitUsage): Promise<void> {
    const { claim, store, tell } = this.#input;
    if (await this.#offer(() => store.release(claim, usage)))
      tell({ type: "unit_released", key: claim.unit.key, cause, ...usage });
    else this.#tellLost(usage);
  }

  #tellLost(usage: UnitUsage): void {
    this.#input.tell({ type: "unit_lost", key: this.#input.claim.unit.key, ...usage });
  }

  /** Offers the end of the attempt again while the store is full or busy: it was paid for. */
  async #offer<Answer>(record: () => Promise<Answer>): Promise<Answer> {
    const { clock } = this.#input;
    const startMs = clock.monotonicNow();
    for (;;) {
      try {
        return await record();
      } catch (error) {
        const mayPass =
          error instanceof StoreError && (error.kind === "full" || error.kind === "busy");
        const isOver = clock.monotonicNow() - startMs >= recordPatienceMs;
        if (!mayPass || isOver || this.#input.signal?.aborted === true) throw error;
        await clock.wait(500, this.#input.signal);
      }
    }
  }
}

function poison(losses: number): UnitOutcome<never> & { readonly type: "failed" } {
  const message = `Its process died ${losses} times while it ran.`;
  return { type: "failed", failure: { kind: "lost", message }, isRetryable: false };
}
