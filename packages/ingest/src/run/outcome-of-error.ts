import type { UnitLimit, UnitOutcome } from "@ktx/batch";
import { findRunEnd, findStartProblem } from "@ktx/codex-runtime";

/**
 * The outcome of a run of the model that failed. A limit of the plan pauses the group and fails nothing; without a
 * sign-in, a model or Codex itself no unit can succeed, so that the whole run ends and no unit has failed.
 *
 * @param nowMs milliseconds since the epoch.
 */
export function outcomeOfError(error: unknown, nowMs: number): UnitOutcome<never> {
  const problem = findStartProblem(error);
  if (problem !== undefined) {
    const failure = { kind: problem.cause, message: `${problem.message} ${problem.suggestion}` };
    return problem.cause === "machine"
      ? { type: "blocked", failure }
      : { type: "failed", failure, isRetryable: false };
  }
  const end = findRunEnd(error);
  const failure = end?.type === "failed" || end?.type === "timeout" ? end.failure : undefined;
  const message = failure?.message ?? (error instanceof Error ? error.message : String(error));
  // The message of a limit may say why its run does not wait; the units do.
  const limit = failure?.facts ?? message;
  const kind = failure?.kind ?? end?.type ?? "unknown";
  switch (failure?.kind) {
    case "usage-limit": {
      const { atMs, precision } = failure.resetsAt ?? {};
      // The service names a second, or in prose no more than the minute.
      const marginMs = precision === "second" ? 1_000 : 60_000;
      return limited(limit, atMs === undefined ? undefined : atMs + marginMs);
    }
    case "rate-limit": {
      const { retryAfterMs } = failure;
      return limited(limit, retryAfterMs === undefined ? undefined : nowMs + retryAfterMs);
    }
    case "auth":
    case "model-unavailable":
    case "codex-config":
    case "invalid-output-schema":
    case "tool-server":
      return { type: "blocked", failure: { kind, message } };
    case "context-length":
    case "invalid-request":
    case "content-policy":
      return { type: "failed", failure: { kind, message }, isRetryable: false };
    default:
      return { type: "failed", failure: { kind, message } };
  }
}

function limited(message: string, untilMs: number | undefined): UnitOutcome<never> {
  const limit: UnitLimit = { message, ...(untilMs !== undefined && { untilMs }) };
  return { type: "limited", limit };
}
