import type { UnitFailure } from "../unit.ts";
import { machineClock, setByStore } from "./batch-clock.ts";
import { resolveSettings } from "./batch-options.ts";
import { BatchWorker } from "./batch-worker.ts";
import type { WorkOptions } from "./work-options.ts";

export interface WorkReport {
  /** `idle`: no unit was left for it. `blocked`: no unit can succeed here, for the reason in `failure`. */
  readonly ended: "idle" | "stopped" | "interrupted" | "budget" | "blocked";
  /** With `blocked`. */
  readonly failure?: UnitFailure;
  /** Units that have their result from this worker. */
  readonly done: number;
  /** Tokens that this worker used. */
  readonly tokens: number;
}

/**
 * Runs units of batches that others have added, until a signal fires, the budget is used up, no unit can succeed here, or
 * none has been left for `idleMs`.
 * A store that cannot be reached is waited for.
 *
 * @throws {StoreError} for a store that cannot be read or written for another reason, after running units have ended;
 * {RangeError} for an option out of its range.
 */
export async function workOnBatches<Result>(options: WorkOptions<Result>): Promise<WorkReport> {
  const settings = resolveSettings(options);
  const clock = await setByStore(options.clock ?? machineClock(), options.store);
  return await new BatchWorker({ options, settings, clock }).toEnd();
}
