import { checkWholeNumber } from "../values/check-whole-number.ts";

/** The repair of an invalid answer. Per call, over the runtime's own. */
export interface RepairPolicy {
  /**
   * The number of further turns for an invalid answer, each of which shows the model its answer and the
   * validation errors; 0 for none. @default 1
   */
  readonly repairAttempts?: number;
}

export const defaultRepairAttempts = 1;

/**
 * The given value, else the fallback.
 *
 * @throws {RuntimeInputError} `invalid-limit` for attempts that are not a whole number from 0.
 */
export function resolveRepairAttempts({ repairAttempts }: RepairPolicy, behind: number): number {
  return checkWholeNumber("repairAttempts", repairAttempts ?? behind, { least: 0 });
}
