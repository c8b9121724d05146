import type { ToolSet } from "@ktx/mcp-bridge";
import { withLine, wrapTools } from "@ktx/codex-tools";
import type { BudgetUse, RunBudgets } from "../values/budgets.ts";

/** The budgets of a turn, and their use so far. */
export class BudgetStanding {
  readonly #budgets: RunBudgets;
  #use: Pick<BudgetUse, "steps" | "toolCalls"> = { steps: 0, toolCalls: 0 };
  #calls = 0;
  #announced = false;

  constructor(budgets: RunBudgets) {
    this.#budgets = budgets;
  }

  /** Takes the use that the events show. It may lag behind the calls. */
  observe(use: Pick<BudgetUse, "steps" | "toolCalls">): void {
    this.#use = use;
  }

  /** Counts a tool call. Returns the notice for its result, once, where it leaves one step or tool call. */
  countCall(): string | undefined {
    this.#calls += 1;
    const { stepBudget = Number.POSITIVE_INFINITY, toolCallBudget = Number.POSITIVE_INFINITY } =
      this.#budgets;
    const left = Math.min(
      stepBudget - Math.max(this.#calls, this.#use.steps + 1),
      toolCallBudget - Math.max(this.#calls, this.#use.toolCalls + 1),
    );
    if (this.#announced || left !== 1) return undefined;
    this.#announced = true;
    return oneStepLeft;
  }
}

/** The same tools, with a notice in the result that leaves the model one step or tool call. */
export function announceBudget(toolSet: ToolSet, findStanding: () => BudgetStanding): ToolSet {
  return wrapTools(toolSet, (execute) => async (input, context) => {
    const line = findStanding().countCall();
    if (line === undefined) return execute(input, context);
    try {
      return withLine(await execute(input, context), line);
    } catch (error) {
      throw new Error(`${line}\n\n${messageOf(error)}`, { cause: error });
    }
  });
}

/** The run ends with its last step, so no message follows it. */
export const oneStepLeft =
  "[Budget: one step left. Another tool call ends this run without an answer. Answer now.]";

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
