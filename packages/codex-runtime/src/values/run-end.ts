import type { ToolFailure, TurnFailure } from "@ktx/codex-events";
import type { OutputIssue } from "@ktx/structured-output";
import { BudgetError } from "../values/budget-error.ts";
import { CodexError } from "../values/codex-error.ts";
import { OutputValidationError } from "../values/output-validation-error.ts";
import { ToolCallError } from "../values/tool-call-error.ts";
import type { BudgetName } from "./budgets.ts";

/** How a call ended. */
export type RunEnd =
  /** The model was done. */
  | { readonly type: "done" }
  /** It used up what `budget` names. */
  | { readonly type: "budget"; readonly budget: BudgetName }
  /** It reached a time limit. */
  | { readonly type: "timeout"; readonly failure: TurnFailure }
  | { readonly type: "failed"; readonly failure: TurnFailure }
  /** Tool calls failed, and `onToolFailure` makes that the run's failure. */
  | { readonly type: "tool-failed"; readonly toolFailures: readonly ToolFailure[] }
  /** The answer does not fit its schema, and was not repaired. */
  | { readonly type: "invalid-output"; readonly issues: readonly OutputIssue[] }
  /** The caller ended it: its signal fired, or its callback threw. */
  | { readonly type: "aborted"; readonly reason: unknown };

/**
 * The end that an error of a call stands for; undefined for an error that no call ended with, such as one
 * of `RuntimeInputError`, which is thrown before anything starts.
 */
export function findRunEnd(error: unknown): RunEnd | undefined {
  if (error instanceof BudgetError) return { type: "budget", budget: error.budget };
  if (error instanceof ToolCallError)
    return { type: "tool-failed", toolFailures: error.toolFailures };
  if (error instanceof OutputValidationError)
    return { type: "invalid-output", issues: error.issues };
  if (!(error instanceof CodexError)) return undefined;
  const { failure } = error;
  return { type: failure.kind === "timeout" ? "timeout" : "failed", failure };
}
