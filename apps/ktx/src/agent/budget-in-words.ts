import { type BudgetName, budgets } from "@ktx/codex-runtime/budgets";
import { countOf } from "@ktx/config";

/** The command line's message about a used-up budget. */
export function budgetInWords(budget: BudgetName): {
  /** The end of a sentence that begins with `the model did not finish`. */
  readonly when: string;
  /** The fix, as a sentence. */
  readonly next: string;
} {
  const { flag, unit } = budgets[budget];
  return {
    when: `before its ${unit.many} were used up`,
    next: `Raise ${flag}, or give it a smaller task.`,
  };
}

/** An amount of a budget: `1 tool call`, `20,000 tokens`. */
export function countUnits(budget: BudgetName, count: number): string {
  return countOf(count, budgets[budget].unit);
}
