import type { TokenUsage } from "@ktx/codex-events";
import { checkWholeNumber } from "../values/check-whole-number.ts";

/** The budgets of one call, all its attempts together; an absent one is unlimited. */
export interface RunBudgets {
  /** Completed steps after which the run stops; at least 1. @default none */
  readonly stepBudget?: number;
  /** Completed tool calls after which the run stops; at least 1. @default none */
  readonly toolCallBudget?: number;
  /**
   * Input and output tokens; the run stops when more are reported. With `transport: "app-server"` they are
   * reported after each answer of the model; `codex exec` reports them only when a turn completes, so they count
   * at its end. @default none
   */
  readonly tokenBudget?: number;
}

/** The use of a turn, or of a whole call. */
export interface BudgetUse {
  readonly steps: number;
  readonly toolCalls: number;
  readonly usage: TokenUsage;
}

/** The budget that was used up. */
export type BudgetName = "tokens" | "steps" | "tool-calls";

export interface Budget {
  /** The option of a call that sets it. */
  readonly option: keyof RunBudgets;
  /** The flag of the command line that sets it. */
  readonly flag: string;
  /** The counted unit, in the singular and the plural. */
  readonly unit: { readonly one: string; readonly many: string };
  /** `reached`: spent once the use equals it, and a completed turn has kept within it. `exceeded`: spent above it. */
  readonly spentWhen: "reached" | "exceeded";
  readonly used: (use: BudgetUse) => number;
}

/** All budgets of a call. The first one that is spent ends it. */
export const budgets: Readonly<Record<BudgetName, Budget>> = {
  tokens: {
    option: "tokenBudget",
    flag: "--tokens",
    unit: { one: "token", many: "tokens" },
    spentWhen: "exceeded",
    used: ({ usage }) => usage.totalTokens ?? (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0),
  },
  steps: {
    option: "stepBudget",
    flag: "--steps",
    unit: { one: "step", many: "steps" },
    spentWhen: "reached",
    used: ({ steps }) => steps,
  },
  "tool-calls": {
    option: "toolCallBudget",
    flag: "--tool-calls",
    unit: { one: "tool call", many: "tool calls" },
    spentWhen: "reached",
    used: ({ toolCalls }) => toolCalls,
  },
};

/** The names of all budgets, in the order of the table. */
export const budgetNames: readonly BudgetName[] = Object.keys(budgets) as BudgetName[];

const entries = Object.entries(budgets) as readonly (readonly [BudgetName, Budget])[];

/**
 * The budgets of a call, each at least 1.
 *
 * @throws {RuntimeInputError} `invalid-budget` for one that is not a whole number from 1.
 */
export function checkBudgets(given: RunBudgets): RunBudgets {
  return mapBudgets(given, (value, { option, unit }) =>
    checkWholeNumber(option, value, {
      least: 1,
      code: "invalid-budget",
      advice: `It is the number of ${unit.many} after which the run is stopped.`,
    }),
  );
}

/**
 * The first budget that a turn has used up; undefined while it may continue.
 *
 * @param isRunning False once the turn has had its terminal event.
 */
export function findSpentBudget(
  given: RunBudgets,
  use: BudgetUse,
  isRunning: boolean,
): BudgetName | undefined {
  const spent = entries.find(([, { option, spentWhen, used }]) => {
    const limit = given[option];
    if (limit === undefined) return false;
    return spentWhen === "exceeded" ? used(use) > limit : isRunning && used(use) >= limit;
  });
  return spent?.[0];
}

/** The budgets that remain after this use; never below zero. */
export function subtractUse(given: RunBudgets, use: BudgetUse): RunBudgets {
  return mapBudgets(given, (value, { used }) => Math.max(0, value - used(use)));
}

/** True when the budgets allow no further attempt. */
export function isSpent(left: RunBudgets): boolean {
  return entries.some(([, { option }]) => left[option] === 0);
}

function mapBudgets(
  given: RunBudgets,
  change: (value: number, budget: Budget) => number,
): RunBudgets {
  return Object.fromEntries(
    entries.flatMap(([, budget]) => {
      const value = given[budget.option];
      return value === undefined ? [] : [[budget.option, change(value, budget)]];
    }),
  );
}
