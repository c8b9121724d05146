import { setImmediate as nextTurn } from "node:timers/promises";
import { buildFailure } from "@ktx/codex-events";
import { type OutputSchema, type ValidatedOutput, validateOutput } from "@ktx/structured-output";
import { CodexError, type RunRemains } from "../values/codex-error.ts";
import { OutputValidationError } from "../values/output-validation-error.ts";
import { wait } from "@ktx/timers";

export interface AnswerCheck<Output> {
  readonly schema: OutputSchema<Output>;
  readonly text: string;
  /** What is left of the call's time. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** What there is of the call, for the error that it may end with. */
  readonly remains: RunRemains;
}

/**
 * Checks an answer, for as long as the call may take: the schema may have code of the caller's that waits.
 *
 * @throws the signal's reason; `CodexError` of kind `timeout`; `OutputValidationError` for what the schema's
 * own code throws, which is its cause.
 */
export async function checkAnswer<Output>({
  schema,
  text,
  timeoutMs,
  signal,
  remains,
}: AnswerCheck<Output>): Promise<ValidatedOutput<Output>> {
  let outcome:
    | { readonly output: ValidatedOutput<Output> }
    | { readonly error: unknown }
    | undefined;
  const check = validateOutput(schema, text).then(
    (output) => (outcome = { output }),
    (error: unknown) => (outcome = { error }),
  );
  const patienceMs = Math.max(0, timeoutMs);
  const over = new AbortController();
  const ended = AbortSignal.any([over.signal, ...(signal ? [signal] : [])]);
  await Promise.race([check, wait(patienceMs, ended)]);
  // A timer that runs on would keep the process.
  over.abort();
  // An answer that needs no waiting is not lost to a signal that fired before.
  await Promise.race([check, nextTurn()]);
  if (outcome === undefined) {
    signal?.throwIfAborted();
    const message = `The answer was not checked after ${patienceMs / 1_000} s: the schema's own code was not done.`;
    const failure = buildFailure({ kind: "timeout", limit: "wall-clock", message });
    throw new CodexError(failure, { ...remains, text });
  }
  if ("output" in outcome) return outcome.output;
  const message = `the schema's own code threw ${String(outcome.error)}`;
  const issues = [{ path: "$", message }];
  throw new OutputValidationError(issues, { ...remains, text }, { cause: outcome.error });
}
