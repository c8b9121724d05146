import type { AccountLimits } from "@ktx/codex-events";
import type { Clock } from "@ktx/timers";
import type { RateLimitGovernor } from "./rate-limit-governor.ts";

export interface ReadLimitsInput {
  /** Milliseconds for which limits that a run reported are current; 0 asks the account. @default 60_000 */
  readonly maxAgeMs?: number;
  readonly abortSignal?: AbortSignal;
}

/** The account's limits, as runs report them, or as the account answers without a run. */
export class KnownLimits {
  readonly #clock: Pick<Clock, "monotonicNow">;
  readonly #governor: RateLimitGovernor | undefined;
  readonly #ask: ((signal: AbortSignal) => Promise<AccountLimits | undefined>) | undefined;
  #last: { readonly limits: AccountLimits; readonly atMs: number } | undefined;

  constructor(
    clock: Pick<Clock, "monotonicNow">,
    governor?: RateLimitGovernor,
    ask?: (signal: AbortSignal) => Promise<AccountLimits | undefined>,
  ) {
    this.#clock = clock;
    this.#governor = governor;
    this.#ask = ask;
  }

  take(limits: AccountLimits): void {
    this.#last = { limits, atMs: this.#clock.monotonicNow() };
    this.#governor?.reportLimits(limits);
  }

  /** The last known ones where the account does not answer. */
  async read({
    maxAgeMs = 60_000,
    abortSignal,
  }: ReadLimitsInput): Promise<AccountLimits | undefined> {
    abortSignal?.throwIfAborted();
    const isCurrent =
      this.#last !== undefined && this.#clock.monotonicNow() - this.#last.atMs < maxAgeMs;
    const limits = isCurrent
      ? undefined
      : await this.#ask?.(abortSignal ?? new AbortController().signal);
    if (limits !== undefined) this.take(limits);
    return this.#last?.limits;
  }
}
