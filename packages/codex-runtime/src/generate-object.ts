import type { OutputSchema } from "@ktx/structured-output";
import { isSpent, subtractUse } from "./bounds/run-budgets.ts";
import { checkAnswer } from "./check-answer.ts";
import { OutputValidationError } from "./output-validation-error.ts";
import { addRuns, type AttemptedRun } from "./retry/add-runs.ts";
import { type PlannedRun, runAttempts } from "./retry/run-attempts.ts";
import type { ResolvedRuntimeOptions } from "./runtime-options.ts";
import {
  buildRepairFollowUp,
  buildRepairPrompt,
  type RefusedAnswer,
} from "./repair/build-repair-prompt.ts";
import { fitsPrompt } from "./turn/build-prompt.ts";
import { Conversation } from "./turn/conversation.ts";
import { remainsOf, requireAnswer, rethrowCallers } from "./turn/require-answer.ts";

export interface PlannedObject<Output> {
  /** What asks for the answer, in the form of the schema. */
  readonly planned: PlannedRun;
  readonly schema: OutputSchema<Output>;
  /** How often an answer that does not fit is shown to the model again. */
  readonly repairAttempts: number;
}

/** How a call went, its repairs included. */
export interface RepairedRun extends AttemptedRun {
  readonly repairs: number;
}

/**
 * Runs a call to a value of its schema: turn and repair after repair, within one deadline and one set of
 * budgets.
 *
 * A repair is one more turn in the thread of the answer, which knows the prompt, what the tools have told,
 * and the answer. Where that thread is not to be had (the runner keeps none, or it ended with a repair that
 * is tried again) it is a thread of its own that is shown the prompt and the answer, and has no tools, so
 * that nothing is done twice.
 *
 * @param record is told what was used, after the first run and after each repair.
 * @throws what `runAttempts` and `requireAnswer` throw; `OutputValidationError` for an answer that does not
 * fit and was not repaired, with what went wrong with the repair as its cause; what `checkAnswer` throws.
 */
export async function generateObject<Output>(
  options: ResolvedRuntimeOptions,
  { planned, schema, repairAttempts }: PlannedObject<Output>,
  record: (run: RepairedRun) => void,
): Promise<Output> {
  // A thread that nothing will follow in need not be kept.
  await using conversation = repairAttempts > 0 ? new Conversation(options) : undefined;
  const asked: PlannedRun = { ...planned, ...(conversation && { conversation }) };
  let whole: RepairedRun = { ...(await runAttempts(options, asked)), repairs: 0 };
  record(whole);
  let text = requireAnswer(whole, planned);
  for (;;) {
    const startedAtMs = options.clock.monotonicNow();
    const output = await checkAnswer({
      schema,
      text,
      timeoutMs: planned.policy.timeoutMs - whole.totalMs,
      signal: planned.signal,
      remains: remainsOf(whole),
    });
    if (output.ok) return output.value;
    whole = { ...whole, totalMs: whole.totalMs + options.clock.monotonicNow() - startedAtMs };
    const refused = { text, issues: output.issues };
    const repair = whole.repairs < repairAttempts ? planRepair(asked, whole, refused) : undefined;
    if (repair === undefined)
      throw new OutputValidationError(output.issues, { ...remainsOf(whole), text });
    whole = addRepair(whole, await runAttempts(options, repair));
    record(whole);
    text = requireRepair(whole, planned, refused);
  }
}

/** The next turn, unless nothing is left of the call's time and budgets, or Codex would not take the prompt. */
function planRepair(
  planned: PlannedRun,
  { summary, toolCalls, totalMs }: RepairedRun,
  refused: RefusedAnswer,
): PlannedRun | undefined {
  const { stepCount: steps, usage } = summary;
  const budgets = subtractUse(planned.budgets, { steps, toolCalls: toolCalls.length, usage });
  const timeoutMs = planned.policy.timeoutMs - totalMs;
  const prompt = buildRepairPrompt(planned.prompt, refused);
  const followUp = buildRepairFollowUp(refused, Object.keys(planned.toolSet).length > 0);
  const isLong = !fitsPrompt(planned.conversation?.isOpen === true ? followUp : prompt);
  if (isSpent(budgets) || timeoutMs <= 0 || isLong) return undefined;
  const policy = { ...planned.policy, timeoutMs };
  const knownTools = planned.toolSet;
  return { ...planned, prompt, followUp, toolSet: {}, knownTools, budgets, policy };
}

/** The answer of a repair. Where it gave none, the call comes to what it came to without it. */
function requireRepair(whole: RepairedRun, planned: PlannedRun, refused: RefusedAnswer): string {
  const { issues, text } = refused;
  rethrowCallers(whole, planned);
  try {
    return requireAnswer(whole, planned);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const why = `It could not be repaired: ${reason}`;
    throw new OutputValidationError(issues, { ...remainsOf(whole), text }, { cause, why });
  }
}

function addRepair(whole: RepairedRun, repair: AttemptedRun): RepairedRun {
  return {
    ...addRuns(whole, repair, whole.totalMs),
    attempts: whole.attempts + repair.attempts,
    // One that a limit kept from beginning was no turn.
    repairs: whole.repairs + Math.min(1, repair.attempts),
  };
}
