import type { RunMetrics } from "../values/run-metrics.ts";
import type { AttemptedRun } from "./add-runs.ts";

/** The result of a call, with the repairs of its answer where it may have them. */
export interface MeasuredRun extends AttemptedRun {
  readonly repairs?: number;
}

/** The numbers of a run that do not depend on the clock of the call. */
export function countRun({
  summary,
  attempts,
  toolCalls,
  repairs = 0,
}: MeasuredRun): Omit<RunMetrics, "totalMs"> {
  const toolFailureCount = toolCalls.filter(({ status }) => status === "failed").length;
  return {
    usage: summary.usage,
    ...(attempts > 1 && { attempts }),
    ...(repairs > 0 && { repairs }),
    ...(toolFailureCount > 0 && { toolFailureCount }),
  };
}
