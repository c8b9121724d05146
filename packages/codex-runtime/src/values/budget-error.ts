import type { TokenUsage } from "@ktx/codex-events";
import { type BudgetName, budgets } from "./budgets.ts";
import type { RunRemains } from "./codex-error.ts";
import type { ToolCallReport } from "./tool-call-report.ts";

/** A budget was used up before the call had its answer. */
export class BudgetError extends Error implements RunRemains {
  override readonly name: string = "BudgetError";
  readonly budget: BudgetName;
  readonly text?: string;
  readonly usage: TokenUsage;
  readonly toolCalls: readonly ToolCallReport[];

  constructor(budget: BudgetName, remains: RunRemains) {
    const { unit, option } = budgets[budget];
    super(
      `The run was stopped: it used up its budget of ${unit.many} before it finished. ` +
        `Raise \`${option}\`, or give the run a smaller task.`,
    );
    this.budget = budget;
    if (remains.text !== undefined) this.text = remains.text;
    this.usage = remains.usage;
    this.toolCalls = remains.toolCalls;
  }
}
