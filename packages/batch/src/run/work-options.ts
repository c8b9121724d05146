import type { Unit } from "../unit.ts";
import type { BatchEvent, BatchNews } from "./batch-event.ts";
import type { RunBatchOptions, UnitContext } from "./batch-options.ts";
import type { UnitOutcome } from "./unit-outcome.ts";

/** A batch whose units a worker may run. */
export interface OpenBatch {
  readonly id: string;
  /** The groups of its units, as far as this worker claims from them. */
  readonly groups: readonly string[];
}

export interface WorkContext extends UnitContext {
  readonly batchId: string;
}

export interface WorkOptions<Result> extends Pick<
  RunBatchOptions<unknown, Result>,
  | "store"
  | "concurrency"
  | "groupConcurrency"
  | "budget"
  | "retry"
  | "rateLimits"
  | "signal"
  | "stopSignal"
  | "leaseMs"
  | "clock"
  | "random"
> {
  /** The batches to claim from. It is asked again after changes of the store, and every second. */
  readonly findBatches: () => Promise<readonly OpenBatch[]>;
  /**
   * The reason why this worker cannot run a unit as its key says; undefined where it can. A refused unit is given back,
   * and its batch is left to other workers. @default no unit is refused
   */
  readonly findRefusal?: (
    unit: Required<Unit>,
    batchId: string,
  ) => Promise<string | undefined> | string | undefined;
  /**
   * Ends the work after so many milliseconds in which no open batch had a unit for this worker that is neither done nor set
   * aside. @default it waits for the next batch
   */
  readonly idleMs?: number;
  /** Names the worker for people, such as its machine; a part that is unique is added. @default "worker" */
  readonly name?: string;
  /** The name of its claims in the store, unique to this start. @default `name` with a unique part */
  readonly id?: string;
  /** Runs one attempt of a unit. It has to end soon after its signal fires. */
  readonly run: (unit: Required<Unit>, context: WorkContext) => Promise<UnitOutcome<Result>>;
  /** Receives each event. Its errors become process warnings. */
  readonly onEvent?: (event: WorkEvent) => void;
}

/** The events of a worker; times in milliseconds since the epoch. */
export type WorkEvent =
  | BatchEvent
  | {
      readonly type: "batch_refused";
      readonly atMs: number;
      readonly batchId: string;
      readonly key: string;
      readonly reason: string;
    };

/** An event without its time. */
export type WorkNews =
  | BatchNews
  | (Exclude<WorkEvent, { readonly type: BatchNews["type"] }> extends infer Event
      ? Event extends WorkEvent
        ? Omit<Event, "atMs">
        : never
      : never);
