import type { TokenUsage } from "@ktx/codex-events";

/** The use of a call; reported on success and on failure. */
export interface RunMetrics {
  /** Milliseconds from the call to its end. */
  readonly totalMs: number;
  /** Tokens of all turns of the call; a count that Codex did not report is absent. */
  readonly usage: TokenUsage;
  /** The number of turns; present when there was more than one. */
  readonly attempts?: number;
  /** The number of turns that repaired an invalid answer; present when there were any. */
  readonly repairs?: number;
  /** Tool calls that failed, recovered or not; present when there were any. */
  readonly toolFailureCount?: number;
}

/** The metrics of an agent loop: those of any call, and the number and times of its steps. */
export interface AgentLoopMetrics extends RunMetrics {
  readonly stepCount: number;
  /** Milliseconds from the first event to the end of each step. */
  readonly stepBoundariesMs: readonly number[];
}
