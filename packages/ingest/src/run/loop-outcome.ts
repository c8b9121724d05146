import type { AgentLoopResult, BudgetName } from "@ktx/codex-runtime";
import type { UnitOutcome } from "@ktx/batch";
import { outcomeOfError } from "./outcome-of-error.ts";

/**
 * The outcome of an agent loop for the store.
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
  if (loop.error !== undefined) return { ...outcomeOfError(loop.error, nowMs), tokens };
  const result = resultOf();
  if (typeof result === "object" && result !== null && "problem" in result)
    return { type: "failed", tokens, failure: { kind: "no-result", message: result.problem } };
  return { type: "done", tokens, result };
}
