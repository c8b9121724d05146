import { setImmediate as nextTurn } from "node:timers/promises";
import { buildFailure } from "@ktx/codex-events";
import { type OutputSchema, type ValidatedOutput, validateOutput } from "@ktx/structured-output";
import { CodexError, type RunRemains } from "../values/codex-error.ts";
import { OutputValidationError } from "../values/output-validation-error.ts";
import { wait } from "@ktx/timers";

export interface AnswerCheck<Output> {
  readonly schema: OutputSchema<Output>;
  readonly text: string;
  /** The rest of the call's time. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** The call so far, for the error that it may end with. */
  readonly remains: RunRemains;
}

/**
 * Checks an answer within the rest of the call's time: the schema may run code of the caller that waits.
 *
 * @throws the signal's reason; `CodexError` of kind `timeout`; `OutputValidationError` with an error of the schema's
 * own code as its cause.
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
  // A running timer would keep the process alive.
  over.abort();
  // An answer that needs no waiting is kept although the signal fired before.
  await Promise.race([check, nextTurn()]);
  if (outcome === undefined) {
    signal?.throwIfAborted();
    const message = `The schema did not check the answer within ${patienceMs / 1_000} s: its own code is still running.`;
    const failure = buildFailure({ kind: "timeout", limit: "wall-clock", message });
    throw new CodexError(failure, { ...remains, text });
  }
  if ("output" in outcome) return outcome.output;
  const message = `the schema's own code threw ${String(outcome.error)}`;
  const issues = [{ path: "$", message }];
  throw new OutputValidationError(issues, { ...remains, text }, { cause: outcome.error });
}
