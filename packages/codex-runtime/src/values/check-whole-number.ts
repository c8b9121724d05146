import { longestTimerMs } from "@ktx/timers";
import { RuntimeInputError, type RuntimeInputProblem } from "./runtime-input-error.ts";

export interface WholeNumberRange {
  readonly least: number;
  /** @default the largest safe integer */
  readonly most?: number;
  /** The unit, as in `milliseconds`. */
  readonly unit?: string;
  /** @default "invalid-limit" */
  readonly code?: RuntimeInputProblem;
  /** The fix. @default to leave it out */
  readonly advice?: string;
}

/**
 * The value of a numeric option, which may have any type when its caller is not type-checked.
 *
 * @throws {RuntimeInputError} for anything but a whole number of the range.
 */
export function checkWholeNumber(name: string, value: unknown, range: WholeNumberRange): number {
  const { least, most, unit, code = "invalid-limit", advice = leaveOut } = range;
  const fits = Number.isSafeInteger(value) && typeof value === "number";
  if (fits && value >= least && value <= (most ?? Number.MAX_SAFE_INTEGER)) return value;
  const what = unit === undefined ? "a whole number" : `a whole number of ${unit}`;
  const from = most === undefined ? `from ${least}` : `from ${least} to ${most}`;
  throw new RuntimeInputError(
    code,
    `Expected \`${name}\` to be ${what} ${from}, got ${show(value)}. ${advice}`,
  );
}

/** A time limit in milliseconds, up to the longest that one timer supports. */
export function checkTimeLimit(name: string, value: unknown): number {
  return checkWholeNumber(name, value, { least: 1, most: longestTimerMs, unit: "milliseconds" });
}

const leaveOut = "Leave it out for the default.";

function show(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.slice(0, 100));
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    default:
      return value === null ? "null" : `a value of type ${typeof value}`;
  }
}
