import type { TokenUsage, TurnState } from "@ktx/codex-events";
import { checkWholeNumber } from "./check-whole-number.ts";

/** How much one call may use, all its attempts together; what is not given is not bounded. */
export interface RunBudgets {
  /** Completed steps after which the run is stopped; at least 1. @default none */
  readonly stepBudget?: number;
  /** Completed tool calls after which the run is stopped; at least 1. @default none */
  readonly toolCallBudget?: number;
  /**
   * Input and output tokens; the run is stopped when more are reported. Over `transport: "app-server"`
   * that is after each answer of the model; `codex exec` reports them only when a turn completes, so
   * there they are counted at the end. @default none
   */
  readonly tokenBudget?: number;
}

/** What was used up. */
export type BudgetName = "steps" | "tool-calls" | "tokens";

/**
 * The budgets of a call, none of them below 1.
 *
 * @throws {RuntimeInputError} `invalid-budget` for one that is no whole number from 1.
 */
export function checkBudgets(budgets: RunBudgets): RunBudgets {
  const { stepBudget, toolCallBudget, tokenBudget } = budgets;
  return {
    ...(stepBudget !== undefined && {
      stepBudget: checkBudget("stepBudget", stepBudget, "completed steps"),
    }),
    ...(toolCallBudget !== undefined && {
      toolCallBudget: checkBudget("toolCallBudget", toolCallBudget, "completed tool calls"),
    }),
    ...(tokenBudget !== undefined && {
      tokenBudget: checkBudget("tokenBudget", tokenBudget, "input and output tokens"),
    }),
  };
}

/** The first budget that a turn has used up, or undefined while it may go on. */
export function findSpentBudget(
  budgets: RunBudgets,
  state: TurnState,
  usage: TokenUsage,
): BudgetName | undefined {
  const { stepBudget, toolCallBudget, tokenBudget } = budgets;
  if (tokenBudget !== undefined && countTokens(usage) > tokenBudget) return "tokens";
  // A turn that has come to its end by itself has kept within what counts actions.
  if (state.phase !== "running") return undefined;
  const { stepCount, toolCallCount } = state.facts;
  if (stepBudget !== undefined && stepCount >= stepBudget) return "steps";
  if (toolCallBudget !== undefined && toolCallCount >= toolCallBudget) return "tool-calls";
  return undefined;
}

/** What is left of the budgets after this much; never below zero. */
export function subtractUse(
  budgets: RunBudgets,
  used: { readonly steps: number; readonly toolCalls: number; readonly usage: TokenUsage },
): RunBudgets {
  const { stepBudget, toolCallBudget, tokenBudget } = budgets;
  const left = (budget: number, use: number): number => Math.max(0, budget - use);
  return {
    ...(stepBudget !== undefined && { stepBudget: left(stepBudget, used.steps) }),
    ...(toolCallBudget !== undefined && { toolCallBudget: left(toolCallBudget, used.toolCalls) }),
    ...(tokenBudget !== undefined && { tokenBudget: left(tokenBudget, countTokens(used.usage)) }),
  };
}

/** True when there is no room for another attempt. */
export function isSpent(left: RunBudgets): boolean {
  return left.stepBudget === 0 || left.toolCallBudget === 0 || left.tokenBudget === 0;
}

/** Input and output tokens, as far as they were reported. */
function countTokens(usage: TokenUsage): number {
  return usage.totalTokens ?? (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
}

function checkBudget(name: keyof RunBudgets, value: unknown, unit: string): number {
  const advice = `It is the number of ${unit} after which the run is stopped.`;
  return checkWholeNumber(name, value, { least: 1, code: "invalid-budget", advice });
}
