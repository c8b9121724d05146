import type { RetryPolicy } from "./batch-options.ts";

export interface FailedAttempt {
  /** Attempts that have failed, this one included. */
  readonly failures: number;
  readonly isRetryable: boolean;
  readonly retryAfterMs: number;
}

/** Milliseconds until the next attempt; undefined for a dead letter. */
export function decideRetry(
  { failures, isRetryable, retryAfterMs }: FailedAttempt,
  { attempts, firstDelayMs, maxDelayMs }: Required<RetryPolicy>,
  random: () => number,
): number | undefined {
  if (!isRetryable || failures >= attempts) return undefined;
  const backoffMs = Math.min(maxDelayMs, firstDelayMs * 2 ** (failures - 1));
  // At least half of it, so that units that failed together do not come back together.
  const spreadMs = backoffMs * (0.5 + random() / 2);
  return Math.round(Math.max(spreadMs, retryAfterMs));
}
