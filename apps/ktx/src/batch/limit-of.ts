import type { UnitLimit } from "@ktx/batch";
import type { LimitFailure } from "@ktx/codex-runtime";
import { asSentence } from "../render/as-sentence.ts";

/** The governor of the runs may let work start some milliseconds after the end that it named. */
const slackMs = 50;

/**
 * The limit that a run met, for the group of all runs.
 *
 * @param governedUntilMs the last end of a wait that the governor of the runs named; 0 for none.
 */
export function limitOf(failure: LimitFailure, governedUntilMs: number, nowMs: number): UnitLimit {
  const untilMs = Math.max(namedEnd(failure, nowMs) ?? 0, governedUntilMs);
  // Its message says why its run does not wait; the batch does.
  const message = asSentence(failure.facts ?? failure.message);
  return untilMs > nowMs ? { message, untilMs: untilMs + slackMs } : { message };
}

function namedEnd(failure: LimitFailure, nowMs: number): number | undefined {
  if (failure.kind === "rate-limit")
    return failure.retryAfterMs === undefined ? undefined : nowMs + failure.retryAfterMs;
  const { resetsAt } = failure;
  if (resetsAt?.atMs === undefined) return undefined;
  // A time in minutes is the beginning of the minute; the reset may be at its end.
  return resetsAt.atMs + (resetsAt.precision === "second" ? 1_000 : 60_000);
}
