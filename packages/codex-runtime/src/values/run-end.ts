import type { ToolFailure, TurnFailure } from "@ktx/codex-events";
import type { OutputIssue } from "@ktx/structured-output";
import { BudgetError } from "../values/budget-error.ts";
import { CodexError } from "../values/codex-error.ts";
import { OutputValidationError } from "../values/output-validation-error.ts";
import { ToolCallError } from "../values/tool-call-error.ts";
import type { BudgetName } from "./budgets.ts";

/** The end of a call. */
export type RunEnd =
  /** The model finished. */
  | { readonly type: "done" }
  | UnfinishedEnd
  /** The answer does not fit its schema, and was not repaired. */
  | {
      readonly type: "invalid-output";
      readonly issues: readonly OutputIssue[];
      /** The model's last answer, unchanged. */
      readonly text: string;
      /** The end of a repair without an answer; absent for a repair with an answer, and without a repair. */
      readonly repairEnd?: UnfinishedEnd;
    }
  /** The caller ended it: its signal fired, or its callback threw. */
  | { readonly type: "aborted"; readonly reason: unknown };

/** An end that came before the answer. */
export type UnfinishedEnd =
  /** The budget that `budget` names was used up. */
  | { readonly type: "budget"; readonly budget: BudgetName }
  /** A time limit was reached. */
  | { readonly type: "timeout"; readonly failure: TurnFailure }
  | { readonly type: "failed"; readonly failure: TurnFailure }
  /** Tool calls failed, and `onToolFailure` makes that a failure of the run. */
  | { readonly type: "tool-failed"; readonly toolFailures: readonly ToolFailure[] };

/** An end that an error represents. */
export type ErrorEnd = Exclude<RunEnd, { readonly type: "done" | "aborted" }>;

/**
 * The end that an error of a call represents; undefined for other errors, such as one that prevented the start (see
 * `findStartProblem`), or the caller's own reason for an abort.
 */
export function findRunEnd(
  error: BudgetError | CodexError | OutputValidationError | ToolCallError,
): ErrorEnd;
export function findRunEnd(error: unknown): ErrorEnd | undefined;
export function findRunEnd(error: unknown): ErrorEnd | undefined {
  if (error instanceof BudgetError) return { type: "budget", budget: error.budget };
  if (error instanceof ToolCallError)
    return { type: "tool-failed", toolFailures: error.toolFailures };
  if (error instanceof OutputValidationError) {
    const { issues, text, repairEnd } = error;
    return { type: "invalid-output", issues, text, ...(repairEnd !== undefined && { repairEnd }) };
  }
  if (!(error instanceof CodexError)) return undefined;
  const { failure } = error;
  return { type: failure.kind === "timeout" ? "timeout" : "failed", failure };
}
