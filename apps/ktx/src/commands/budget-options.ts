import { type BudgetName, budgetNames, budgets, type RunBudgets } from "@ktx/codex-runtime/budgets";
import { Option } from "commander";

const defaultSteps = 20;

/** Of a budget that bounds a run also where its flag is not given. */
const defaults: Readonly<Partial<Record<BudgetName, number>>> = { steps: defaultSteps };

/**
 * A flag for each budget of the runtime.
 *
 * @param what the thing that a budget bounds.
 */
export function createBudgetOptions(
  parse: (text: string) => number,
  what = "the run",
): readonly Option[] {
  return budgetNames.map((name) => {
    const { flag, unit } = budgets[name];
    return new Option(`${flag} <n>`, `${unit.many} after which ${what} is stopped`)
      .default(defaults[name])
      .argParser(parse);
  });
}

/** The budgets that parsed flags give, by the options of the runtime that they stand for. */
export function readBudgets(flags: object): RunBudgets & { readonly stepBudget: number } {
  const given = new Map<string, unknown>(Object.entries(flags));
  const set: RunBudgets = Object.fromEntries(
    budgetNames.flatMap((name) => {
      const { flag, option } = budgets[name];
      const value = given.get(new Option(flag).attributeName());
      return typeof value === "number" ? [[option, value]] : [];
    }),
  );
  return { stepBudget: defaultSteps, ...set };
}
