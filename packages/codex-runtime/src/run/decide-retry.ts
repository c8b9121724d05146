import type { FailureKind, TurnFailure } from "@ktx/codex-events";

export interface RetryQuestion {
  readonly failure: TurnFailure;
  /** Retries that are behind this call, Codex's own reconnects included. */
  readonly retriesMade: number;
  readonly maxRetries: number;
  /** Attempts of ours that ended with this kind of failure, this one included. */
  readonly sameKind: number;
  /** False when a tool has run that may have changed something, or a budget is used up. */
  readonly repeatable: boolean;
  /** What is left until the deadline, in milliseconds. */
  readonly remainingMs: number;
  /** A random number from 0 up to 1, for the jitter. */
  readonly random: number;
}

export type RetryDecision =
  | { readonly retry: true; readonly delayMs: number }
  | { readonly retry: false };

/**
 * Whether a failed attempt is tried again, and after how long. Pure.
 *
 * Never for a failure that waiting does not cure, nor after a tool with side effects has run. A wait
 * that would reach the deadline is not begun: the failure is told now rather than then.
 */
export function decideRetry(question: RetryQuestion): RetryDecision {
  const { failure, retriesMade, maxRetries, repeatable, remainingMs } = question;
  if (!failure.retryable || !repeatable || retriesMade >= maxRetries) return no;
  if (question.sameKind > (mostOfKind[failure.kind] ?? maxRetries)) return no;
  const asked = failure.kind === "rate-limit" ? (failure.retryAfterMs ?? 0) : 0;
  const delayMs = Math.max(asked, backoffMs(question.sameKind, question.random));
  return delayMs < remainingMs ? { retry: true, delayMs } : no;
}

const no: RetryDecision = { retry: false };

/** A model that says nothing, or a service that hangs, seldom does better the third time, and each time costs. */
const mostOfKind: Partial<Record<FailureKind, number>> = { "empty-turn": 1, timeout: 1 };

const firstDelayMs = 250;
const longestDelayMs = 30_000;

/** Doubles from 250 ms to 30 s; the upper half of each is random, so that many runs do not return at once. */
function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1));
  return Math.round((ceiling / 2) * (1 + random));
}
