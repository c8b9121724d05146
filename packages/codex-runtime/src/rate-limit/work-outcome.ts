import { CodexError } from "../values/codex-error.ts";
import { isLimitFailure, type LimitFailure } from "./limit-failure.ts";

/** How one piece of work ended. */
export type WorkOutcome<Result> =
  | { readonly ok: true; readonly value: Result }
  | { readonly ok: false; readonly error: unknown };

/** The limit that work met, where it threw a `CodexError` that says so. */
export function limitOfError(outcome: WorkOutcome<unknown>): LimitFailure | undefined {
  const failure =
    !outcome.ok && outcome.error instanceof CodexError ? outcome.error.failure : undefined;
  return isLimitFailure(failure) ? failure : undefined;
}

/** Does the work, and gives its end as a value. */
export async function settle<Result>(work: () => Promise<Result>): Promise<WorkOutcome<Result>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error };
  }
}

/** @throws the error of work that failed. */
export function unwrap<Result>(outcome: WorkOutcome<Result>): Result {
  if (outcome.ok) return outcome.value;
  throw outcome.error;
}
