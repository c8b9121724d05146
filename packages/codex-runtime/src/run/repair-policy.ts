import { checkWholeNumber } from "../values/check-whole-number.ts";

/** What is done about an answer that does not fit its schema. Per call, over the runtime's own. */
export interface RepairPolicy {
  /**
   * How many more turns may be spent on such an answer, each of which shows the model its answer and
   * what is wrong with it; 0 for none. @default 1
   */
  readonly repairAttempts?: number;
}

export const defaultRepairAttempts = 1;

/**
 * What is given, else what stands behind it.
 *
 * @throws {RuntimeInputError} `invalid-limit` for attempts that are no whole number from 0.
 */
export function resolveRepairAttempts({ repairAttempts }: RepairPolicy, behind: number): number {
  return checkWholeNumber("repairAttempts", repairAttempts ?? behind, { least: 0 });
}
