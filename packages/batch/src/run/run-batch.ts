import { resolveSettings, type RunBatchOptions } from "./batch-options.ts";
import type { UnitFailure } from "../unit.ts";
import type { UnitCounts } from "../unit-store.ts";
import { BatchRun } from "./batch-run.ts";
import { planBatch } from "./plan-batch.ts";
import { machineClock, setByStore } from "./batch-clock.ts";

export interface BatchReport {
  /**
   * `finished`: no unit is left to run (some may have failed or be held). Otherwise units wait for a later run, after
   * `budget`: the token budget was reached. `limit`: a limit lasts longer than `maxWaitMs`. `stopped`: `stopSignal`.
   * `interrupted`: `signal`. `blocked`: no unit can succeed now, for the reason in `failure`.
   */
  readonly ended: "finished" | "budget" | "limit" | "stopped" | "interrupted" | "blocked";
  /** With `blocked`. */
  readonly failure?: UnitFailure;
  readonly batchId: string;
  /** All units of the batch by state, with what they have used in all runs. */
  readonly counts: UnitCounts;
  /** Tokens that this run used. */
  readonly tokens: number;
}

/**
 * Runs units of work, each until it has its one result, on a store that survives the process. Whatever ends a run,
 * the next one with the same units goes on from there; several processes may run the same units at once.
 *
 * @throws {StoreError} for a store that cannot be read or written, after running units have ended; {RangeError} for
 * an option out of its range; {TypeError} for a payload or a result that JSON cannot express.
 */
export async function runBatch<Payload, Result>(
  options: RunBatchOptions<Payload, Result>,
): Promise<BatchReport> {
  const settings = resolveSettings(options);
  const { units, store, onlyFailed = false, label } = options;
  const clock = await setByStore(options.clock ?? machineClock(), store);
  const { concurrency } = settings;
  const plan = await planBatch({ units, store, concurrency, onlyFailed, label });
  const run = new BatchRun({ options, settings, plan, clock });
  const { ended, failure, tokens } = await run.toEnd();
  const counts = await store.counts(plan.id);
  const isFinished = counts.waiting + counts.running === 0;
  return {
    ended: isFinished ? "finished" : ended,
    ...(failure !== undefined && { failure }),
    batchId: plan.id,
    counts,
    tokens,
  };
}
