import type { TurnFailure } from "@ktx/codex-events";
import { countOf } from "@ktx/config";
import { asSentence } from "../render/as-sentence.ts";
import { describeTime } from "../render/describe-time.ts";
import type { ExplainedEnd } from "./explain-end.ts";

/**
 * A limit that the run did not wait for; undefined for any other failure. Pure but for the time zone.
 *
 * @param nowMs milliseconds since 1970.
 */
export function explainLimit(
  failure: TurnFailure,
  nowMs: number = Date.now(),
): ExplainedEnd | undefined {
  const { kind, facts } = failure;
  if ((kind !== "usage-limit" && kind !== "rate-limit") || facts === undefined) return undefined;
  return {
    message: `${asSentence(facts)} Not waiting: ${describeEnd(failure, nowMs)} than --wait allows.`,
    next:
      kind === "usage-limit"
        ? "Give a longer --wait, run again after the reset, or use an API key."
        : "Give a longer --wait, or try again later.",
  };
}

/** The end of a limit as a sentence; empty where it is not known. Pure but for the time zone. */
export function describeLimitEnd(failure: TurnFailure, nowMs: number = Date.now()): string {
  if (failure.kind === "rate-limit" && failure.retryAfterMs !== undefined)
    return `It lasts ${describeSpan(failure.retryAfterMs)} more.`;
  const atMs = failure.kind === "usage-limit" ? failure.resetsAt?.atMs : undefined;
  return atMs === undefined ? "" : `It resets at ${describeTime(atMs, nowMs)}.`;
}

function describeEnd(failure: TurnFailure, nowMs: number): string {
  if (failure.kind === "rate-limit" && failure.retryAfterMs !== undefined)
    return `it lasts ${describeSpan(failure.retryAfterMs)} more, longer`;
  const atMs = failure.kind === "usage-limit" ? failure.resetsAt?.atMs : undefined;
  return atMs === undefined
    ? "it lasts longer"
    : `it resets at ${describeTime(atMs, nowMs)}, later`;
}

function describeSpan(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return seconds < 120 ? countOf(seconds, "second") : countOf(Math.ceil(seconds / 60), "minute");
}
