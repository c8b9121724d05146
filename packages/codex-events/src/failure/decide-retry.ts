import type { FailureKind, TurnFailure } from "./failure-kinds.ts";

export interface RetryQuestion {
  readonly failure: TurnFailure;
  /** Retries of this call so far, Codex's own reconnects included. */
  readonly retriesMade: number;
  readonly maxRetries: number;
  /** Attempts of the call that ended with this kind of failure, this one included. */
  readonly sameKind: number;
  /** False when a tool with side effects may have run, or a budget is used up. */
  readonly repeatable: boolean;
  /** Milliseconds until the deadline. */
  readonly remainingMs: number;
  /** A random number from 0 up to 1, for the jitter. */
  readonly random: number;
}

export type RetryDecision =
  | { readonly retry: true; readonly delayMs: number }
  | { readonly retry: false };

/**
 * Decides whether a failed attempt is retried, and after which wait. Pure.
 *
 * Never for a failure that waiting does not cure, nor after a tool with side effects has run. A wait
 * that would reach the deadline does not start: the failure is reported at once.
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

/** A silent model or a service that hangs seldom recovers on the third attempt, and each attempt costs time. */
const mostOfKind: Partial<Record<FailureKind, number>> = { "empty-turn": 1, timeout: 1 };

const firstDelayMs = 250;
const longestDelayMs = 30_000;

/** Doubles from 250 ms to 30 s; the upper half of each wait is random, so that many runs do not return at once. */
function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1));
  return Math.round((ceiling / 2) * (1 + random));
}
