import type { BudgetName } from "@ktx/codex-runtime";

/** A used up budget in the words of the command line. */
export function budgetInWords(budget: BudgetName): {
  /** What follows `the model was not done`. */
  readonly when: string;
  /** What to do, as a sentence. */
  readonly next: string;
} {
  return {
    when: `when its ${budget.replace("-", " ")} were used up`,
    next: `Give it more with --${budget}, or less to do.`,
  };
}
