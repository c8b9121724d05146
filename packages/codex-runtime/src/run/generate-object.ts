import {
  buildRepairFollowUp,
  buildRepairPrompt,
  type OutputSchema,
  type RefusedAnswer,
} from "@ktx/structured-output";
import type { ResolvedRuntimeOptions } from "./resolved-runtime-options.ts";
import { isSpent, subtractUse } from "../values/budgets.ts";
import { OutputValidationError } from "../values/output-validation-error.ts";
import { addRuns, type AttemptedRun, useOf } from "./add-runs.ts";
import { fitsPrompt } from "./check-prompt.ts";
import type { CallPlan } from "./call-plan.ts";
import { checkAnswer } from "./check-answer.ts";
import { decideRunEnd, errorOf, remainsOf, requireAnswer } from "./decide-run-end.ts";
import { type FollowUp, runAttempts } from "./run-attempts.ts";
import type { RunThread } from "./run-thread.ts";

export interface ObjectPlan<Output> {
  /** The runs that ask for the answer, in the form of the schema. */
  readonly call: CallPlan;
  readonly schema: OutputSchema<Output>;
  /** The number of repairs of an invalid answer. */
  readonly repairAttempts: number;
}

/** The result of a call, its repairs included. */
export interface RepairedRun extends AttemptedRun {
  readonly repairs: number;
}

/**
 * Runs a call to a value of its schema: one turn and its repairs, within one deadline and one set of budgets.
 *
 * A repair is one more turn in the thread of the answer, which holds the prompt, the tool results and the
 * answer. Where that thread cannot take another turn, the repair has a thread of its own that shows the model the
 * prompt and the answer, and has no tools, so that nothing runs twice.
 *
 * @param record receives the use so far, after the first run and after each repair.
 * @throws the errors of `runAttempts`, `requireAnswer` and `checkAnswer`; `OutputValidationError` for an invalid
 * answer that was not repaired, with the failure of the repair as its cause.
 */
export async function generateObject<Output>(
  options: ResolvedRuntimeOptions,
  { call, schema, repairAttempts }: ObjectPlan<Output>,
  record: (run: RepairedRun) => void,
): Promise<Output> {
  const asked = { model: call.thread.model, policy: call.policy };
  const { monotonicNow } = options.clock;
  const first = await runAttempts(options, call);
  const calls = [first];
  await using _ended = endAll(calls);
  let { thread } = first;
  let whole: RepairedRun = { ...first.run, repairs: 0 };
  record(whole);
  let text = requireAnswer(whole, asked);
  for (;;) {
    const startedAtMs = monotonicNow();
    const output = await checkAnswer({
      schema,
      text,
      timeoutMs: call.policy.limits.timeoutMs - whole.totalMs,
      signal: call.policy.signal,
      remains: remainsOf(whole),
    });
    if (output.ok) return output.value;
    whole = { ...whole, totalMs: whole.totalMs + monotonicNow() - startedAtMs };
    const refused = { text, issues: output.issues };
    const repair =
      whole.repairs < repairAttempts ? planRepair(call, whole, refused, thread) : undefined;
    if (repair === undefined)
      throw new OutputValidationError(output.issues, { ...remainsOf(whole), text });
    const repaired = await runAttempts(options, repair.plan, repair.followUp);
    calls.unshift(repaired);
    thread = repaired.thread;
    whole = addRepair(whole, repaired.run);
    record(whole);
    text = requireRepair(whole, asked, refused);
  }
}

/** Disposes these in order. Node 22 has no `AsyncDisposableStack`. */
function endAll(calls: readonly AsyncDisposable[]): AsyncDisposable {
  return {
    [Symbol.asyncDispose]: async () => {
      for (const call of calls) await call[Symbol.asyncDispose]();
    },
  };
}

interface Repair {
  readonly plan: CallPlan;
  readonly followUp: FollowUp | undefined;
}

/** The next turn; undefined when the call's time or budgets are used up, or the prompt is too long for Codex. */
function planRepair(
  call: CallPlan,
  whole: RepairedRun,
  refused: RefusedAnswer,
  thread: RunThread | undefined,
): Repair | undefined {
  const { limits, budgets } = call.policy;
  const left = subtractUse(budgets, useOf(whole));
  const timeoutMs = limits.timeoutMs - whole.totalMs;
  const prompt = buildRepairPrompt(call.turn.prompt, refused);
  const hasTools = Object.keys(call.thread.toolSet).length > 0;
  const followUp = thread?.isOpen
    ? { thread, prompt: buildRepairFollowUp(refused, hasTools) }
    : undefined;
  // Another thread would lack the earlier turns of the thread that the caller holds.
  if (call.held !== undefined && followUp === undefined) return undefined;
  if (isSpent(left) || timeoutMs <= 0 || !fitsPrompt(followUp?.prompt ?? prompt)) return undefined;
  return {
    plan: {
      ...call,
      thread: { ...call.thread, toolSet: {}, knownTools: call.thread.toolSet },
      turn: { ...call.turn, prompt },
      policy: { ...call.policy, limits: { ...limits, timeoutMs }, budgets: left },
    },
    followUp,
  };
}

/** The answer of a repair. A repair without an answer ends the call as it would have ended without the repair. */
function requireRepair(
  whole: RepairedRun,
  asked: Parameters<typeof requireAnswer>[1],
  { issues, text }: RefusedAnswer,
): string {
  const end = decideRunEnd(whole, asked);
  if (end.type === "done" || end.type === "aborted") return requireAnswer(whole, asked);
  const cause = errorOf(end, whole);
  const why = `It could not be repaired: ${cause.message}`;
  throw new OutputValidationError(
    issues,
    { ...remainsOf(whole), text },
    { cause, repairEnd: end, why },
  );
}

function addRepair(whole: RepairedRun, repair: AttemptedRun): RepairedRun {
  return {
    ...addRuns(whole, repair, whole.totalMs),
    attempts: whole.attempts + repair.attempts,
    // A turn that did not start because of a limit does not count.
    repairs: whole.repairs + Math.min(1, repair.attempts),
  };
}
