import type { BudgetUse, RunBudgets } from "../values/budgets.ts";

type Use = Pick<BudgetUse, "steps" | "toolCalls">;

/** The budgets of a turn and their use so far. Codex's events report the use, and may lag behind the calls. */
export class BudgetStanding {
  readonly #budgets: RunBudgets;
  #use: Use = { steps: 0, toolCalls: 0 };
  #started = 0;
  #ended = 0;
  #announced: boolean;

  /** @param announces True to notify the model, once, of its last step or tool call. */
  constructor(budgets: RunBudgets, announces: boolean) {
    this.#budgets = budgets;
    this.#announced = !announces;
  }

  /** Takes the use that the events show. */
  observe(use: Use): void {
    this.#use = use;
  }

  /** True when the calls that have ended use up a budget: no further call may run. */
  get isSpent(): boolean {
    return this.#leftAfter(this.#ended, this.#use) <= 0;
  }

  /** Counts the start of a call. Returns the notice for its result, where it leaves one step or tool call. */
  startCall(): string | undefined {
    this.#started += 1;
    const { steps, toolCalls } = this.#use;
    const left = this.#leftAfter(this.#started, { steps: steps + 1, toolCalls: toolCalls + 1 });
    if (this.#announced || left !== 1) return undefined;
    this.#announced = true;
    return oneStepLeft;
  }

  endCall(): void {
    this.#ended += 1;
  }

  #leftAfter(calls: number, { steps, toolCalls }: Use): number {
    const { stepBudget = Number.POSITIVE_INFINITY, toolCallBudget = Number.POSITIVE_INFINITY } =
      this.#budgets;
    return Math.min(
      stepBudget - Math.max(calls, steps),
      toolCallBudget - Math.max(calls, toolCalls),
    );
  }
}

/** The run ends with its last step, so no message follows it. */
export const oneStepLeft =
  "[Budget: one step left. Another tool call ends this run without an answer. Answer now.]";

/** The error of a call that the model makes before Codex has reported that the budget is used up. */
export const noStepLeft = "The tool was not called: the budget of this run is used up.";
