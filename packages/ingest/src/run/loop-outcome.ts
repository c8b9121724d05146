import { type AgentLoopResult, type BudgetName, findRunEnd } from "@ktx/codex-runtime";
import type { UnitOutcome } from "@ktx/batch";

/**
 * The outcome of an agent loop for the store: a limit of the plan pauses the group and fails nothing.
 *
 * @param nowMs milliseconds since the epoch.
 */
export function outcomeOf<Result>(
  loop: AgentLoopResult,
  nowMs: number,
  resultOf: () => Result | { readonly problem: string },
): UnitOutcome<Result> {
  const { usage } = loop.metrics;
  const tokens = usage.totalTokens ?? (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
  if (loop.stopReason === "budget")
    return {
      type: "failed",
      tokens,
      failure: {
        kind: `budget-${loop.budget satisfies BudgetName}`,
        message: `The model did not finish within its ${loop.budget}. Raise the budget with --steps.`,
      },
      isRetryable: false,
    };
  if (loop.error !== undefined) {
    const end = findRunEnd(loop.error);
    const failure = end.type === "failed" || end.type === "timeout" ? end.failure : undefined;
    if (failure?.kind === "usage-limit") {
      const { atMs, precision } = failure.resetsAt ?? {};
      // The service names a second, or in prose no more than the minute.
      const marginMs = precision === "second" ? 1_000 : 60_000;
      const untilMs = atMs === undefined ? undefined : atMs + marginMs;
      return { type: "limited", tokens, limit: limit(failure.message, untilMs) };
    }
    if (failure?.kind === "rate-limit")
      return {
        type: "limited",
        tokens,
        limit: limit(
          failure.message,
          failure.retryAfterMs === undefined ? undefined : nowMs + failure.retryAfterMs,
        ),
      };
    return {
      type: "failed",
      tokens,
      failure: { kind: failure?.kind ?? end.type, message: failure?.message ?? loop.error.message },
      isRetryable: failure === undefined || !fatalKinds.has(failure.kind),
    };
  }
  const result = resultOf();
  if (typeof result === "object" && result !== null && "problem" in result)
    return { type: "failed", tokens, failure: { kind: "no-result", message: result.problem } };
  return { type: "done", tokens, result };
}

/** Another attempt would meet them again. */
const fatalKinds = new Set([
  "auth",
  "model-unavailable",
  "context-length",
  "invalid-request",
  "codex-config",
  "content-policy",
]);

function limit(
  message: string,
  untilMs: number | undefined,
): { message: string; untilMs?: number } {
  return { message, ...(untilMs !== undefined && { untilMs }) };
}
