import type { BatchEvent } from "@ktx/batch";

/** The present state of a batch. */
export interface BatchProgress {
  readonly units: number;
  readonly done: number;
  readonly failed: number;
  readonly running: number;
  /** Tokens of this run. */
  readonly tokens: number;
  readonly tokenBudget?: number;
  /** Milliseconds until the end of the wait for a limit; absent where nothing waits. */
  readonly remainingMs?: number;
  /** Milliseconds until the end of the batch at the rate of this run; absent while too few units have ended. */
  readonly leftMs?: number;
  /** Units that this run has ended, and the milliseconds for which they ran. */
  readonly ended: number;
  readonly ranMs: number;
  /** The greatest number of units that ran at once. */
  readonly width: number;
}

export const noProgress: BatchProgress = {
  units: 0,
  done: 0,
  failed: 0,
  running: 0,
  tokens: 0,
  ended: 0,
  ranMs: 0,
  width: 0,
};

/** The state after one more event. Pure. */
export function addEvent(progress: BatchProgress, event: BatchEvent): BatchProgress {
  switch (event.type) {
    case "batch_planned": {
      const { units, done, failed, tokenBudget } = event;
      const budget = tokenBudget === undefined ? {} : { tokenBudget };
      return { ...progress, units, done, failed, ...budget };
    }
    case "unit_started": {
      const running = progress.running + 1;
      return { ...progress, running, width: Math.max(progress.width, running) };
    }
    case "unit_done":
      return withLeft({ ...left(progress, event), done: progress.done + 1 });
    case "unit_failed":
      return withLeft({
        ...left(progress, event),
        failed: progress.failed + (event.retryAfterMs === undefined ? 1 : 0),
      });
    case "unit_held":
    case "unit_released":
    case "unit_lost":
      return left(progress, event);
    case "wait_started":
      return event.willWait
        ? { ...progress, remainingMs: Math.max(0, event.untilMs - event.atMs) }
        : progress;
    case "wait_tick":
      return { ...progress, remainingMs: event.remainingMs };
    case "wait_finished": {
      const { remainingMs: _, ...rest } = progress;
      return rest;
    }
    case "workers_missing":
    case "store_lost":
    case "store_found":
    case "budget_reached":
    case "stopping":
      return progress;
    default:
      return event satisfies never;
  }
}

/** A unit that became a dead letter without a run had not started. */
function left(
  progress: BatchProgress,
  { tokens, ranMs }: { readonly tokens: number; readonly ranMs: number },
): BatchProgress {
  return {
    ...progress,
    running: Math.max(0, progress.running - 1),
    tokens: progress.tokens + tokens,
    ended: progress.ended + 1,
    ranMs: progress.ranMs + ranMs,
  };
}

const leastEnded = 3;

function withLeft(progress: BatchProgress): BatchProgress {
  const { units, done, failed, ended, ranMs, width } = progress;
  if (ended < leastEnded) return progress;
  const open = Math.max(0, units - done - failed);
  return { ...progress, leftMs: (open * ranMs) / ended / Math.max(1, width) };
}
