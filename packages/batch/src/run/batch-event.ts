import type { UnitFailure } from "../unit.ts";
import type { PlanEstimate } from "./plan-batch.ts";

/** The events of a run for a progress display; times in milliseconds since the epoch. */
export type BatchEvent = { readonly atMs: number } &
  /** Before the first unit starts. */
  (
    | {
        readonly type: "batch_planned";
        readonly batchId: string;
        /** All units of the run; `done`, `failed` and `held` ones are so from earlier runs. */
        readonly units: number;
        readonly done: number;
        readonly failed: number;
        readonly held: number;
        readonly tokenBudget?: number;
        /** The expected cost of the open units. */
        readonly estimate: PlanEstimate;
      }
    | {
        readonly type: "unit_started";
        readonly key: string;
        readonly group: string;
        readonly attempt: number;
      }
    | {
        readonly type: "unit_done";
        readonly key: string;
        readonly result: unknown;
        readonly tokens: number;
        readonly ranMs: number;
      }
    /** With `retryAfterMs` it is tried again, else it is a dead letter. */
    | {
        readonly type: "unit_failed";
        readonly key: string;
        readonly failure: UnitFailure;
        readonly failures: number;
        readonly tokens: number;
        readonly ranMs: number;
        /** Milliseconds before its next attempt. */
        readonly retryAfterMs?: number;
      }
    | {
        readonly type: "unit_held";
        readonly key: string;
        readonly reason: string;
        readonly tokens: number;
        readonly ranMs: number;
      }
    /** It waits again: its group met a limit, the run was interrupted or cannot go on, or the store did not give its parts. */
    | {
        readonly type: "unit_released";
        readonly key: string;
        readonly cause: "limit" | "interrupt" | "blocked" | "store";
        readonly tokens: number;
        readonly ranMs: number;
      }
    /**
     * Nothing that this attempt gave is recorded. `taken`: the unit was no longer its own, as where another worker has it.
     * `store`: the store could not be reached until the end; the unit is free after its lease.
     */
    | {
        readonly type: "unit_lost";
        readonly key: string;
        readonly cause: "taken" | "store";
        readonly tokens: number;
        readonly ranMs: number;
      }
    /** No unit of the group starts before `untilMs`. Without `willWait`, this run leaves the group to a later one. */
    | {
        readonly type: "wait_started";
        readonly group: string;
        readonly untilMs: number;
        readonly reason: string;
        readonly willWait: boolean;
      }
    | {
        readonly type: "wait_tick";
        readonly group: string;
        readonly untilMs: number;
        readonly remainingMs: number;
      }
    | { readonly type: "wait_finished"; readonly group: string; readonly waitedMs: number }
    /** Units of these groups have waited for a minute without a limit, and no worker runs one. */
    | { readonly type: "workers_missing"; readonly groups: readonly string[] }
    /**
     * The store cannot be reached, or takes no writes. A worker keeps what its units gave. It and the process that follows a
     * batch ask again until the store is there, or until they are interrupted. `runBatch` keeps them for half a minute.
     */
    | { readonly type: "store_lost"; readonly message: string }
    | { readonly type: "store_found" }
    | { readonly type: "budget_reached"; readonly tokens: number; readonly tokenBudget: number }
    /** No unit starts any more; `running` ones are finishing. */
    | {
        readonly type: "stopping";
        readonly cause: "stop" | "interrupt" | "store" | "blocked";
        readonly running: number;
      }
  );

/** An event without its time. */
export type BatchNews = BatchEvent extends infer Event
  ? Event extends BatchEvent
    ? Omit<Event, "atMs">
    : never
  : never;
