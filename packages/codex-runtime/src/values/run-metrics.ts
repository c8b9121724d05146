import type { TokenUsage } from "@ktx/codex-events";

/** What a call took; reported when it succeeds and when it fails. */
export interface RunMetrics {
  /** Milliseconds from the call to its end. */
  readonly totalMs: number;
  /** Tokens of all turns of the call; what Codex did not report is absent. */
  readonly usage: TokenUsage;
  /** How many turns were run; present when it took more than one. */
  readonly attempts?: number;
  /** How many of them showed the model an answer that did not fit its schema; present when there were any. */
  readonly repairs?: number;
  /** Tool calls that failed, recovered or not; present when there were any. */
  readonly toolFailureCount?: number;
}

/** A step budget's use and the times of the steps, beside what any call reports. */
export interface AgentLoopMetrics extends RunMetrics {
  readonly stepCount: number;
  /** Milliseconds from the first event to the end of each step. */
  readonly stepBoundariesMs: readonly number[];
}
