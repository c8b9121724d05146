/** The end of one piece of work. */
export type WorkOutcome<Result> =
  | { readonly ok: true; readonly value: Result }
  | { readonly ok: false; readonly error: unknown };

/** Runs the work and returns its outcome as a value. */
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
