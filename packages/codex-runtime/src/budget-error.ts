import type { TokenUsage } from "@ktx/codex-events";
import type { BudgetName } from "./bounds/run-budgets.ts";
import type { RunRemains } from "./codex-error.ts";
import type { ToolCallReport } from "./turn/tool-call-log.ts";

/** A call whose answer was due and whose budget was used up first. */
export class BudgetError extends Error implements RunRemains {
  override readonly name: string = "BudgetError";
  readonly budget: BudgetName;
  readonly text?: string;
  readonly usage: TokenUsage;
  readonly toolCalls: readonly ToolCallReport[];

  constructor(budget: BudgetName, remains: RunRemains) {
    super(
      `The run was stopped: its budget of ${wording[budget]} was used up before it was done. ` +
        `Raise \`${option[budget]}\`, or give the run less to do.`,
    );
    this.budget = budget;
    if (remains.text !== undefined) this.text = remains.text;
    this.usage = remains.usage;
    this.toolCalls = remains.toolCalls;
  }
}

const wording: Readonly<Record<BudgetName, string>> = {
  steps: "steps",
  "tool-calls": "tool calls",
  tokens: "tokens",
};

const option: Readonly<Record<BudgetName, string>> = {
  steps: "stepBudget",
  "tool-calls": "toolCallBudget",
  tokens: "tokenBudget",
};
