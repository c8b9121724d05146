import {
  classifyFailure,
  initialTurnState,
  summarizeTurn,
  type ThreadEvent,
  type TurnFailure,
  type TurnState,
} from "@ktx/codex-events";
import type { ToolSet } from "@ktx/mcp-bridge";
import { isSpent, type RunBudgets, subtractUse } from "../bounds/run-budgets.ts";
import { CodexError } from "../codex-error.ts";
import { isLimitFailure } from "../rate-limit/limit-failure.ts";
import type { ResolvedRuntimeOptions } from "../runtime-options.ts";
import { findRunError } from "../turn/require-answer.ts";
import type { Conversation, ConversationTurn } from "../turn/conversation.ts";
import { runBridgedTurn } from "../turn/run-bridged-turn.ts";
import { StartedTools } from "../tools/started-tools.ts";
import type { TurnStop } from "../turn/turn-stop.ts";
import { addRuns, type AttemptedRun } from "./add-runs.ts";
import { decideRetry, type RetryDecision } from "./decide-retry.ts";
import { mayHaveSideEffects } from "./side-effects.ts";
import { wait } from "./wait.ts";

/** One call as the runtime's methods ask for it: a turn, tried again as its policy allows. */
export interface PlannedRun extends Omit<
  ConversationTurn,
  "streamRetries" | "onEvent" | "started"
> {
  /** What the turn is a part of, where others may follow it. */
  readonly conversation?: Conversation;
  /** The tools that its thread may know from before, if not these. @default toolSet */
  readonly knownTools?: ToolSet;
  /** True when the run is to end with words of the model's. */
  readonly answerDue: boolean;
  /** Called as each step completes, and awaited; counts over all attempts. */
  readonly onStep?: (stepIndex: number) => void | Promise<void>;
}

/**
 * Runs a call to its end: attempt after attempt, within one deadline and one set of budgets, each when
 * the account's limits have room for it.
 *
 * @throws what `runBridgedTurn` throws before anything was started.
 */
export async function runAttempts(
  options: ResolvedRuntimeOptions,
  planned: PlannedRun,
): Promise<AttemptedRun> {
  const { signal } = planned;
  const attempts = new Attempts(options, planned);
  try {
    for (;;) {
      const step = await attempts.next();
      if (step.isLast) return step.whole;
      await wait(step.delayMs, signal);
      signal?.throwIfAborted();
    }
  } catch (error) {
    if (signal?.aborted !== true || !attempts.haveBegun) throw error;
    return attempts.endedBy({ cause: "caller", reason: signal.reason });
  }
}

/** What follows an attempt. */
type AttemptStep =
  | { readonly isLast: true; readonly whole: AttemptedRun }
  | { readonly isLast: false; readonly delayMs: number };

/** Codex reconnects at once and within the turn, which keeps what the tools have done; but it is not patient. */
const mostStreamRetries = 2;

/** What the attempts of one call have come to. */
class Attempts {
  readonly #options: ResolvedRuntimeOptions;
  readonly #planned: PlannedRun;
  readonly #kinds: TurnFailure["kind"][] = [];
  /** Without the time that was spent waiting for limits. */
  #spentMs = 0;
  #whole: AttemptedRun | undefined;
  /** By the attempt that runs, or ran last. */
  #started = new StartedTools();

  constructor(options: ResolvedRuntimeOptions, planned: PlannedRun) {
    this.#options = options;
    this.#planned = planned;
  }

  get haveBegun(): boolean {
    return this.#whole !== undefined;
  }

  /** Makes an attempt, and gives the whole when it was the last. */
  async next(): Promise<AttemptStep> {
    let whole: AttemptedRun;
    try {
      whole = await this.#governed();
    } catch (error) {
      // An error that is the reason of the caller's signal is the caller's, whatever its class.
      if (!(error instanceof CodexError) || this.#isReason(error)) throw error;
      return { isLast: true, whole: this.#notBegun(error) };
    }
    const decision = this.#decide(whole);
    if (!decision.retry) return { isLast: true, whole };
    this.#started.repeat();
    this.#spentMs += decision.delayMs;
    return { isLast: false, delayMs: decision.delayMs };
  }

  /** What there is of the call, which was ended between two attempts: it has no answer. */
  endedBy(stop: TurnStop): AttemptedRun {
    const whole = this.#whole ?? { ...emptyRun, attempts: 0 };
    return { ...whole, summary: { ...whole.summary, outcome: "incomplete" }, stop };
  }

  #isReason(error: unknown): boolean {
    const { signal } = this.#planned;
    return signal?.aborted === true && error === signal.reason;
  }

  #governed(): Promise<AttemptedRun> {
    const { rateLimits } = this.#options;
    if (rateLimits === undefined) return this.#attempt();
    const { signal } = this.#planned;
    return rateLimits.run(() => this.#attempt(), {
      ...(signal && { signal }),
      findLimit: (outcome) => {
        const failure = outcome.ok ? this.#failureOf(outcome.value) : undefined;
        return isLimitFailure(failure) ? failure : undefined;
      },
      mayRepeat: () => {
        const repeats = this.#whole === undefined || this.#isRepeatable(this.#whole);
        if (repeats) this.#started.repeat();
        return repeats;
      },
    });
  }

  async #attempt(): Promise<AttemptedRun> {
    const turn = this.#planAttempt();
    const { conversation } = this.#planned;
    const run = await (conversation?.runTurn(turn) ?? runBridgedTurn(this.#options, turn));
    const whole = addRuns(this.#whole, run, this.#spentMs);
    this.#whole = whole;
    this.#spentMs += run.totalMs;
    return whole;
  }

  #planAttempt(): ConversationTurn {
    const { policy, onStep } = this.#planned;
    const stepsBefore = this.#whole?.summary.stepCount ?? 0;
    let steps = 0;
    this.#started = new StartedTools();
    return {
      ...this.#planned,
      started: this.#started,
      policy: { ...policy, timeoutMs: Math.max(1, policy.timeoutMs - this.#spentMs) },
      budgets: this.#budgetsLeft(),
      streamRetries: this.#whole === undefined ? Math.min(mostStreamRetries, policy.maxRetries) : 0,
      onEvent: async (event: ThreadEvent, { facts }: TurnState) => {
        this.#tellOfPressure(event);
        if (facts.stepCount === steps) return;
        steps = facts.stepCount;
        await onStep?.(stepsBefore + steps);
      },
    };
  }

  /** Codex passes some limits by itself; the others are to go slower all the same. */
  #tellOfPressure(event: ThreadEvent): void {
    const { rateLimits } = this.#options;
    if (rateLimits === undefined || event.type !== "error") return;
    const failure = classifyFailure(event.message);
    if (failure.kind === "rate-limit") rateLimits.observe(failure);
  }

  #decide(whole: AttemptedRun): RetryDecision {
    const { maxRetries, timeoutMs } = this.#planned.policy;
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

  /** Undefined also for a run that was ended by its caller or a budget: it is over, whatever else it came to. */
  #failureOf(whole: AttemptedRun): TurnFailure | undefined {
    const cause = whole.stop?.cause;
    if (cause !== undefined && cause !== "timeout" && cause !== "late-retry") return undefined;
    const error = findRunError(whole, this.#planned);
    return error instanceof CodexError ? error.failure : undefined;
  }

  #isRepeatable(whole: AttemptedRun): boolean {
    const { policy, toolSet, knownTools = toolSet } = this.#planned;
    if (isSpent(this.#budgetsLeft())) return false;
    const made = { started: this.#started.names, reported: whole.toolCalls };
    return policy.retryAfterSideEffects || !mayHaveSideEffects(made, knownTools);
  }

  #budgetsLeft(): RunBudgets {
    const { budgets } = this.#planned;
    if (this.#whole === undefined) return budgets;
    const { summary, toolCalls } = this.#whole;
    const { stepCount: steps, usage } = summary;
    return subtractUse(budgets, { steps, toolCalls: toolCalls.length, usage });
  }

  /** A limit was not waited for: what there is of the call ends with it. */
  #notBegun(error: CodexError): AttemptedRun {
    const { failure } = error;
    const whole = this.#whole ?? { ...emptyRun, attempts: 0 };
    const summary = { ...whole.summary, outcome: "failed" as const, failure };
    return { ...whole, summary, thrown: { error } };
  }
}

const emptyRun: Omit<AttemptedRun, "attempts"> = {
  summary: summarizeTurn(initialTurnState()),
  totalMs: 0,
  toolCalls: [],
  toolFailures: [],
  reconnects: 0,
  lastEvents: [],
  stderrTail: "",
};
