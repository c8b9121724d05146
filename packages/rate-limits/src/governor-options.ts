import { inspect } from "node:util";
import type { ClockOptions } from "@ktx/timers";
import type { GiveUp } from "./give-up.ts";
import type { Limit } from "./limit.ts";
import type { WorkOutcome } from "./work-outcome.ts";

export interface RateLimitGovernorOptions<Met extends Limit = Limit> extends ClockOptions {
  /** Reads the limit that thrown work met; undefined for an error of another kind. */
  readonly findLimit: (error: unknown) => Met | undefined;
  /** The number of pieces of work that may run at once without a limit; a whole number from 1. @default 4 */
  readonly maxConcurrency?: number;
  /**
   * Milliseconds that one piece of work may wait for limits in all; a whole number from 0.
   * @default 21_600_000 (6 hours)
   */
  readonly maxWaitMs?: number;
  /** The use of a window, in percent, at which `usage_warning` reports it; 1 to 100. @default 90 */
  readonly warnAtPercent?: number;
  /** Makes the error of work that does not wait for a limit. @default LimitError */
  readonly buildError?: (giveUp: GiveUp<Met>) => Error;
  /** Receives the errors and rejections of listeners; must not throw. @default a Node process warning */
  readonly onListenerError?: (error: unknown) => void;
}

export interface GovernedWork<Result, Met extends Limit = Limit> {
  /** Ends the waiting, with its reason. Running work has to observe the signal itself. */
  readonly signal?: AbortSignal;
  /** The limit that the work met. @default `findLimit` of the governor's options, for work that throws */
  readonly findLimit?: (outcome: WorkOutcome<Result>) => Met | undefined;
  /** True when the work may be repeated after the wait. @default always */
  readonly mayRepeat?: () => boolean;
}

/** @throws {RangeError} for a value that is not a whole number of its range. */
export function checkWhole(name: string, value: number, least: number, most?: number): number {
  if (Number.isSafeInteger(value) && value >= least && value <= (most ?? value)) return value;
  const range = most === undefined ? `from ${least}` : `from ${least} to ${most}`;
  throw new RangeError(
    `Expected \`${name}\` to be a whole number ${range}, got ${String(value)}. Leave it out for the default.`,
  );
}

/** Emits the error of a listener as a process warning. */
export function warnOfListener(error: unknown): void {
  process.emitWarning(
    `A listener of the RateLimitGovernor failed: ${inspect(error, { depth: 0 })}`,
  );
}
