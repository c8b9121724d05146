import type { Unit } from "../unit.ts";
import type { UnitStore } from "../unit-store.ts";
import type { BatchClock } from "./batch-clock.ts";
import type { BatchEvent } from "./batch-event.ts";
import type { UnitOutcome } from "./unit-outcome.ts";

export interface RunBatchOptions<Payload, Result> {
  /** The units, in the order in which they start. Of several with one key the first counts. */
  readonly units: Iterable<Unit<Payload>>;
  /** Runs one attempt of a unit. It has to end soon after its signal fires. */
  readonly run: (
    unit: Required<Unit<Payload>>,
    context: UnitContext,
  ) => Promise<UnitOutcome<Result>>;
  /** Keeps the units and their results. The caller disposes of it. */
  readonly store: UnitStore;
  /** Units that this run works on at once; a whole number from 1. @default 4 */
  readonly concurrency?: number;
  /** Units of one group that run at once, over all processes; a whole number from 1. @default no bound */
  readonly groupConcurrency?: number;
  readonly budget?: BatchBudget;
  readonly retry?: RetryPolicy;
  readonly rateLimits?: LimitPolicy;
  /**
   * True: a pause from before this run holds for it, as for the second part of one run. Otherwise one unit of the group
   * asks first if the limit is still there. @default false
   */
  readonly keepPauses?: boolean;
  /** True: tries again the units that failed, and no other one. @default false */
  readonly onlyFailed?: boolean;
  /** The batch's name for people. */
  readonly label?: string;
  /** Interrupts running units, gives them back and ends the run. */
  readonly signal?: AbortSignal;
  /** Ends the run softly: no unit starts any more, those that run finish. */
  readonly stopSignal?: AbortSignal;
  /** Receives each event. Its errors become process warnings. */
  readonly onEvent?: (event: BatchEvent) => void;
  /** Milliseconds after which the units of a process that died are free for others; from 30. @default 10_000 */
  readonly leaseMs?: number;
  /** @default the clocks of the machine */
  readonly clock?: BatchClock;
  /** A number from 0 to below 1, which spreads retries. @default Math.random */
  readonly random?: () => number;
}

/** The bounds of a run. A run that reaches it ends softly, and the next run goes on from there with a budget of its own. */
export interface BatchBudget {
  /** Tokens of all units that this run works on, failed attempts included. */
  readonly tokens?: number;
}

export interface RetryPolicy {
  /** Attempts that may fail before the unit becomes a dead letter; a whole number from 1. @default 3 */
  readonly attempts?: number;
  /** Milliseconds before the second attempt; each further wait is twice the one before. @default 2_000 */
  readonly firstDelayMs?: number;
  /** The longest wait, in milliseconds. @default 300_000 */
  readonly maxDelayMs?: number;
  /** Times that a unit's worker may disappear before the unit becomes a dead letter. @default 5 */
  readonly losses?: number;
}

export interface LimitPolicy {
  /** The longest wait for a limit, in milliseconds; a longer one leaves the group to a later run. @default 86_400_000 */
  readonly maxWaitMs?: number;
  /** The first wait for a limit that names no end; each further one is twice as long, up to an hour. @default 60_000 */
  readonly unknownWaitMs?: number;
  /** Milliseconds between two `wait_tick` events. @default 1_000 */
  readonly tickMs?: number;
  /** After a wait one unit goes first; the others follow when it has ended, or after this time. @default 30_000 */
  readonly probeMs?: number;
}

export interface UnitContext {
  /** The number of the attempt, counted over all processes. */
  readonly attempt: number;
  /** Fires when the run is interrupted or the unit's lease was lost. */
  readonly signal: AbortSignal;
}

type NumericOptions = Pick<
  RunBatchOptions<unknown, unknown>,
  "concurrency" | "groupConcurrency" | "budget" | "retry" | "rateLimits" | "leaseMs"
>;

/** The options with their defaults. */
export interface BatchSettings {
  readonly concurrency: number;
  readonly groupConcurrency: number | undefined;
  readonly tokens: number | undefined;
  readonly retry: Required<RetryPolicy>;
  readonly rateLimits: Required<LimitPolicy>;
  readonly leaseMs: number;
}

/** @throws {RangeError} for a number out of its range. */
export function resolveSettings(options: NumericOptions): BatchSettings {
  const { concurrency = 4, groupConcurrency, budget, retry = {}, rateLimits = {} } = options;
  return {
    concurrency: whole("concurrency", concurrency, 1),
    groupConcurrency:
      groupConcurrency === undefined ? undefined : whole("groupConcurrency", groupConcurrency, 1),
    tokens: budget?.tokens === undefined ? undefined : whole("budget.tokens", budget.tokens, 1),
    retry: {
      attempts: whole("retry.attempts", retry.attempts ?? 3, 1),
      firstDelayMs: whole("retry.firstDelayMs", retry.firstDelayMs ?? 2_000, 0),
      maxDelayMs: whole("retry.maxDelayMs", retry.maxDelayMs ?? 300_000, 0),
      losses: whole("retry.losses", retry.losses ?? 5, 0),
    },
    rateLimits: {
      maxWaitMs: whole("rateLimits.maxWaitMs", rateLimits.maxWaitMs ?? 86_400_000, 0),
      unknownWaitMs: whole("rateLimits.unknownWaitMs", rateLimits.unknownWaitMs ?? 60_000, 1),
      tickMs: whole("rateLimits.tickMs", rateLimits.tickMs ?? 1_000, 10),
      probeMs: whole("rateLimits.probeMs", rateLimits.probeMs ?? 30_000, 0),
    },
    leaseMs: whole("leaseMs", options.leaseMs ?? 10_000, 30),
  };
}

function whole(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(
    `Expected \`${name}\` to be a whole number from ${least}, got ${String(value)}. Leave it out for the default.`,
  );
}
