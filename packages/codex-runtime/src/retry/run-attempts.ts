import { isSpent, type RunBudgets, subtractUse } from "../bounds/run-budgets.ts";
import { CodexError } from "../codex-error.ts";
import type { ResolvedRuntimeOptions } from "../runtime-options.ts";
import { findRunError } from "../turn/require-answer.ts";
import { type BridgedTurn, runBridgedTurn } from "../turn/run-bridged-turn.ts";
import { addRuns, type AttemptedRun } from "./add-runs.ts";
import { decideRetry, type RetryDecision } from "./decide-retry.ts";
import { mayHaveSideEffects } from "./side-effects.ts";
import { wait } from "./wait.ts";

/** One call as the runtime's methods ask for it: a turn, tried again as its policy allows. */
export interface PlannedRun extends Omit<BridgedTurn, "streamRetries" | "onEvent"> {
  /** True when the run is to end with words of the model's. */
  readonly answerDue: boolean;
  /** Called as each step completes, and awaited; counts over all attempts. */
  readonly onStep?: (stepIndex: number) => void | Promise<void>;
}

/**
 * Runs a call to its end: attempt after attempt, within one deadline and one set of budgets.
 *
 * @throws what `runBridgedTurn` throws before anything was started.
 */
export async function runAttempts(
  options: ResolvedRuntimeOptions,
  planned: PlannedRun,
): Promise<AttemptedRun> {
  const startedAtMs = options.now();
  const failures: string[] = [];
  let whole: AttemptedRun | undefined;
  for (;;) {
    const offsetMs = options.now() - startedAtMs;
    const run = await runBridgedTurn(options, planAttempt(planned, whole, offsetMs));
    whole = addRuns(whole, run, offsetMs);
    const decision = decide(options, planned, whole, failures, options.now() - startedAtMs);
    if (!decision.retry) return whole;
    await wait(decision.delayMs, planned.signal);
    if (planned.signal?.aborted === true)
      return { ...whole, stop: { cause: "caller", reason: planned.signal.reason } };
  }
}

/** Codex reconnects at once and within the turn, which keeps what the tools have done; but it is not patient. */
const mostStreamRetries = 2;

function planAttempt(
  planned: PlannedRun,
  earlier: AttemptedRun | undefined,
  offsetMs: number,
): BridgedTurn {
  const { policy, onStep } = planned;
  const stepsBefore = earlier?.summary.stepCount ?? 0;
  let steps = 0;
  return {
    ...planned,
    policy: { ...policy, timeoutMs: Math.max(1, policy.timeoutMs - offsetMs) },
    budgets: earlier ? budgetsLeft(planned, earlier) : planned.budgets,
    streamRetries: earlier === undefined ? Math.min(mostStreamRetries, policy.maxRetries) : 0,
    onEvent: async (_, { facts }) => {
      if (facts.stepCount === steps) return;
      steps = facts.stepCount;
      await onStep?.(stepsBefore + steps);
    },
  };
}

function decide(
  options: ResolvedRuntimeOptions,
  planned: PlannedRun,
  whole: AttemptedRun,
  failures: string[],
  spentMs: number,
): RetryDecision {
  const { policy, toolSet } = planned;
  // A run that was ended by its caller or by a budget is over, whatever else it came to.
  if (whole.stop !== undefined && whole.stop.cause !== "timeout") return { retry: false };
  const error = findRunError(whole, planned);
  if (!(error instanceof CodexError)) return { retry: false };
  const { failure } = error;
  failures.push(failure.kind);
  if (isSpent(budgetsLeft(planned, whole))) return { retry: false };
  return decideRetry({
    failure,
    retriesMade: whole.attempts - 1 + whole.reconnects,
    maxRetries: policy.maxRetries,
    sameKind: failures.filter((kind) => kind === failure.kind).length,
    sideEffects: !policy.retryAfterSideEffects && mayHaveSideEffects(whole.toolCalls, toolSet),
    remainingMs: policy.timeoutMs - spentMs,
    random: options.random(),
  });
}

function budgetsLeft(planned: PlannedRun, { summary, toolCalls }: AttemptedRun): RunBudgets {
  return subtractUse(planned.budgets, {
    steps: summary.stepCount,
    toolCalls: toolCalls.length,
    usage: summary.usage,
  });
}
