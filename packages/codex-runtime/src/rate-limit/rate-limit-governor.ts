import { type AccountLimits, quotaWindows } from "@ktx/codex-events";
import {
  type GovernedWork as Governed,
  RateLimitGovernor as Governor,
  type RateLimitEvent as GovernorEvent,
} from "@ktx/rate-limits";
import type { ClockOptions } from "@ktx/timers";
import { warnOfCallback } from "../values/call-back.ts";
import { checkWholeNumber } from "../values/check-whole-number.ts";
import { CodexError } from "../values/codex-error.ts";
import { emitRuntimeWarning } from "../values/runtime-warning.ts";
import { buildGiveUp, describeUsedUp, isLimitFailure, type LimitFailure } from "./limit-failure.ts";

/** The events of a `RateLimitGovernor` for a progress display; times in milliseconds since the epoch. */
export type RateLimitEvent = GovernorEvent<LimitFailure>;

/** The options of one piece of work. Without `findLimit` its limit is that of a thrown `CodexError`. */
export type GovernedWork<Result> = Governed<Result, LimitFailure>;

export interface RateLimitGovernorOptions extends ClockOptions {
  /** The number of pieces of work that may run at once without a limit; a whole number from 1. @default 4 */
  readonly maxConcurrency?: number;
  /**
   * Milliseconds that one piece of work may wait for limits in all; a whole number from 0.
   * @default 21_600_000 (6 hours)
   */
  readonly maxWaitMs?: number;
  /** The use of a window, in percent, from which on it is reported with `usage_warning`; 1 to 100. @default 90 */
  readonly warnAtPercent?: number;
}

/**
 * The governor of `@ktx/rate-limits` for runs of Codex. Work that does not wait for a limit fails with a
 * `CodexError` of the limit's kind; what a listener throws or rejects with is a process warning.
 */
export class RateLimitGovernor extends Governor<LimitFailure> {
  /** @throws {RuntimeInputError} `invalid-limit` for what is not a whole number of its range. */
  constructor(options: RateLimitGovernorOptions = {}) {
    super({
      ...checkOptions(options),
      findLimit,
      buildError: (giveUp) => new CodexError(buildGiveUp(giveUp)),
      onListenerError: (error) =>
        warnOfCallback("a listener of the RateLimitGovernor", error, emitRuntimeWarning),
    });
  }

  /**
   * Reports the account's limits, as each run of a runtime with this governor does. Runs that have not started wait
   * for the reset of a used-up window, unless the account has credits. Codex gives whole percents (0.163.0).
   */
  reportLimits(limits: AccountLimits): void {
    this.reportUsage(quotaWindows(limits), describeUsedUp);
  }
}

function findLimit(error: unknown): LimitFailure | undefined {
  const failure = error instanceof CodexError ? error.failure : undefined;
  return isLimitFailure(failure) ? failure : undefined;
}

function checkOptions(options: RateLimitGovernorOptions): RateLimitGovernorOptions {
  const { maxConcurrency = 4, maxWaitMs = 21_600_000, warnAtPercent = 90 } = options;
  return {
    ...options,
    maxConcurrency: checkWholeNumber("maxConcurrency", maxConcurrency, { least: 1 }),
    maxWaitMs: checkWholeNumber("maxWaitMs", maxWaitMs, { least: 0, unit: "milliseconds" }),
    warnAtPercent: checkWholeNumber("warnAtPercent", warnAtPercent, { least: 1, most: 100 }),
  };
}
