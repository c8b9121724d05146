import { RuntimeInputError } from "../runtime-input-error.ts";

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
  const value = repairAttempts ?? behind;
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new RuntimeInputError(
    "invalid-limit",
    `Expected \`repairAttempts\` to be a whole number from 0, got ${value}. Leave it out for the default.`,
  );
}
