import {
  classifyFacts,
  decideRetry,
  type ThreadEvent,
  type TurnFailure,
  type TurnState,
} from "@ktx/codex-events";
import type { ResolvedRuntimeOptions } from "./resolved-runtime-options.ts";
import { CodexError } from "../values/codex-error.ts";
import { addRuns, type AttemptedRun, failRun, stopRun, useOf } from "./add-runs.ts";
import { isSpent, type RunBudgets, subtractUse } from "../values/budgets.ts";
import type { CallPlan } from "./call-plan.ts";
import { decideRunEnd } from "./decide-run-end.ts";
import { findMetLimit } from "./find-turn-failure.ts";
import { RunThread, type TurnBounds } from "./run-thread.ts";
import type { AttemptTrace } from "./run-trace.ts";
import type { TurnRun } from "./run-turn.ts";
import { mayHaveSideEffects } from "./side-effects.ts";
import { spanIds, traceSpan } from "./trace-span.ts";
import { StartedTools } from "./started-tools.ts";
import type { TurnStop } from "./turn-stop.ts";
import { wait } from "@ktx/timers";

/** A call that has ended, with the thread of its last turn, which the caller disposes. */
export interface AttemptedCall extends AsyncDisposable {
  readonly run: AttemptedRun;
  /** Undefined where no turn started. */
  readonly thread: RunThread | undefined;
}

/** A turn in a thread that is already open. */
export interface FollowUp {
  readonly thread: RunThread;
  readonly prompt: string;
}

/**
 * Runs a call to its end: attempt after attempt, within one deadline and one set of budgets. Each attempt starts when
 * the account's limits allow it. A retry has a thread of its own.
 *
 * @param followUp The first attempt, when it is a turn in a thread that is already open.
 * @throws {ToolBridgeError} for tools that cannot be offered; the signal's reason when it fired before anything
 * was started.
 */
export async function runAttempts(
  options: ResolvedRuntimeOptions,
  plan: CallPlan,
  followUp?: FollowUp,
): Promise<AttemptedCall> {
  const { signal } = plan.policy;
  const attempts = new Attempts(options, plan, followUp);
  try {
    for (;;) {
      const step = await attempts.next();
      if (step.isLast) return attempts.handOver(step.whole);
      await wait(step.delayMs, signal);
      signal?.throwIfAborted();
    }
  } catch (error) {
    if (signal?.aborted !== true || !attempts.haveBegun) throw error;
    return attempts.handOver(attempts.endedBy({ cause: "caller", reason: signal.reason }));
  }
}

/** The step after an attempt. */
type AttemptStep =
  | { readonly isLast: true; readonly whole: AttemptedRun }
  | { readonly isLast: false; readonly delayMs: number };

/** Codex reconnects at once and within the turn, which keeps the work of the tools; but it gives up early. */
const mostStreamRetries = 2;

/** The attempts of one call, and all of them together so far. */
class Attempts {
  readonly #options: ResolvedRuntimeOptions;
  readonly #plan: CallPlan;
  readonly #kinds: TurnFailure["kind"][] = [];
  #followUp: FollowUp | undefined;
  #thread: RunThread | undefined;
  /** Without the time spent waiting for limits. */
  #spentMs = 0;
  #whole: AttemptedRun | undefined;
  /** Of the running attempt, or the last one. */
  #started = new StartedTools();

  constructor(options: ResolvedRuntimeOptions, plan: CallPlan, followUp: FollowUp | undefined) {
    this.#options = options;
    this.#plan = plan;
    this.#followUp = followUp;
  }

  get haveBegun(): boolean {
    return this.#whole !== undefined;
  }

  /** Makes an attempt; returns the whole result after the last one. */
  async next(): Promise<AttemptStep> {
    let whole: AttemptedRun;
    try {
      whole = await this.#governed();
    } catch (error) {
      // An error that is the reason of the caller's signal belongs to the caller, whatever its class.
      if (!(error instanceof CodexError) || this.#isReason(error)) throw error;
      return { isLast: true, whole: failRun(this.#whole, error) };
    }
    const decision = this.#decide(whole);
    if (!decision.retry) return { isLast: true, whole };
    this.#started.repeat();
    this.#spentMs += decision.delayMs;
    return { isLast: false, delayMs: decision.delayMs };
  }

  /** The result of a call that ended between two attempts: it has no answer. */
  endedBy(stop: TurnStop): AttemptedRun {
    return stopRun(this.#whole, stop);
  }

  #isReason(error: unknown): boolean {
    const { signal } = this.#plan.policy;
    return signal?.aborted === true && error === signal.reason;
  }

  handOver(run: AttemptedRun): AttemptedCall {
    return { run, thread: this.#thread, [Symbol.asyncDispose]: () => this.#endThread() };
  }

  #governed(): Promise<AttemptedRun> {
    const { rateLimits } = this.#options;
    if (rateLimits === undefined) return this.#attempt();
    const { signal } = this.#plan.policy;
    return rateLimits.run(() => this.#attempt(), {
      ...(signal && { signal }),
      findLimit: (outcome) => {
        if (!outcome.ok) return undefined;
        return findMetLimit(outcome.value, this.#failureOf(outcome.value));
      },
      mayRepeat: () => {
        const repeats = this.#whole === undefined || this.#isRepeatable(this.#whole);
        if (repeats) this.#started.repeat();
        return repeats;
      },
    });
  }

  async #attempt(): Promise<AttemptedRun> {
    const followUp = this.#followUp;
    this.#followUp = undefined;
    this.#plan.policy.answerText?.restart();
    await this.#endThread();
    const { thread: plan, held, turn } = this.#plan;
    this.#thread = followUp?.thread ?? held ?? new RunThread(this.#options, plan);
    const { images: _shown, ...later } = turn;
    const asked = followUp === undefined ? turn : { ...later, prompt: followUp.prompt };
    const thread = this.#thread;
    const span: AttemptTrace = {
      span: "attempt",
      ...spanIds("attempt"),
      attempt: (this.#whole?.attempts ?? 0) + 1,
    };
    const run = await traceSpan(
      span,
      () => thread.runTurn(asked, this.#bounds(), this.#eventHandler()),
      (ended) => {
        const failure = this.#failureOf(ended);
        if (failure !== undefined) span.error = failure;
      },
    );
    const whole = addRuns(this.#whole, run, this.#spentMs);
    this.#whole = whole;
    this.#spentMs += run.totalMs;
    return whole;
  }

  /** The caller ends a thread that it holds. */
  async #endThread(): Promise<void> {
    if (this.#thread !== this.#plan.held) await this.#thread?.[Symbol.asyncDispose]();
  }

  #bounds(): TurnBounds {
    const { limits, signal } = this.#plan.policy;
    this.#started = new StartedTools();
    return {
      started: this.#started,
      call: this.#plan.policy,
      policy: { ...limits, timeoutMs: Math.max(1, limits.timeoutMs - this.#spentMs) },
      budgets: this.#budgetsLeft(),
      streamRetries: this.#whole === undefined ? Math.min(mostStreamRetries, limits.maxRetries) : 0,
      ...(signal && { signal }),
    };
  }

  #eventHandler(): (event: ThreadEvent, state: TurnState) => Promise<void> {
    const { onStep, onEvent } = this.#plan.policy;
    const stepsBefore = this.#whole?.summary.stepCount ?? 0;
    let steps = 0;
    return async (event, { facts }) => {
      this.#reportPressure(event);
      onEvent?.(event);
      if (facts.stepCount === steps) return;
      steps = facts.stepCount;
      await onStep?.(stepsBefore + steps);
    };
  }

  /** Codex recovers from some limits by itself; the other runs slow down in any case. */
  #reportPressure(event: ThreadEvent): void {
    const { rateLimits } = this.#options;
    if (rateLimits === undefined || event.type !== "error") return;
    const { message: text, info } = event;
    const failure = classifyFacts({ text, ...(info && { info }) });
    if (failure.kind === "rate-limit") rateLimits.observe(failure);
  }

  #decide(whole: AttemptedRun): ReturnType<typeof decideRetry> {
    const { maxRetries, timeoutMs } = this.#plan.policy.limits;
    const failure = this.#failureOf(whole);
    if (failure === undefined) return { retry: false };
    this.#kinds.push(failure.kind);
    return decideRetry({
      failure,
      retriesMade: whole.attempts - 1 + whole.reconnects,
      maxRetries,
      sameKind: this.#kinds.filter((kind) => kind === failure.kind).length,
      repeatable: this.#isRepeatable(whole),
      remainingMs: timeoutMs - this.#spentMs,
      random: this.#options.random(),
    });
  }

  #failureOf(run: TurnRun): TurnFailure | undefined {
    const { thread, policy } = this.#plan;
    const end = decideRunEnd(run, { model: thread.model, policy });
    return end.type === "failed" || end.type === "timeout" ? end.failure : undefined;
  }

  #isRepeatable(whole: AttemptedRun): boolean {
    const { thread, held, policy } = this.#plan;
    if (held !== undefined || isSpent(this.#budgetsLeft())) return false;
    const made = { started: this.#started.names, reported: whole.toolCalls };
    return (
      policy.limits.retryAfterSideEffects ||
      !mayHaveSideEffects(made, thread.knownTools ?? thread.toolSet)
    );
  }

  #budgetsLeft(): RunBudgets {
    const { budgets } = this.#plan.policy;
    return this.#whole === undefined ? budgets : subtractUse(budgets, useOf(this.#whole));
  }
}
