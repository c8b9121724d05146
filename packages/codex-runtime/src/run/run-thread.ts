import type { ThreadEvent, TokenUsage, TurnState } from "@ktx/codex-events";
import type { ToolObserver, ToolSet } from "@ktx/mcp-bridge";
import type { ResolvedRuntimeOptions } from "./resolved-runtime-options.ts";
import { settleWithin } from "@ktx/timers";
import { ToolDecisions } from "@ktx/codex-tools";
import { Redactor, redactValue } from "@ktx/redact";
import type { ThreadInput, TransportThread, TurnInput } from "../transport/transport.ts";
import { addUsage } from "./add-runs.ts";
import { BudgetStanding } from "./budget-standing.ts";
import type { RunBudgets } from "../values/budgets.ts";
import type { ResolvedRunPolicy } from "./run-policy.ts";
import type { CallPolicy } from "./call-plan.ts";
import type { StartedTools } from "./started-tools.ts";
import type { TurnTrace } from "./run-trace.ts";
import { runTurn, type TurnRun } from "./run-turn.ts";
import { ResponseSpans } from "./trace-responses.ts";
import { isTraced, spanIds, traceSpan } from "./trace-span.ts";
import { ThreadTools } from "./thread-tools.ts";

/** The thread that a call needs. */
export interface ThreadPlan {
  readonly model: string;
  /** The caller's system text. */
  readonly instructions?: string;
  readonly toolSet: ToolSet;
  /** The tools that an earlier thread of the call may have called, if other than these. @default toolSet */
  readonly knownTools?: ToolSet;
  readonly toolObserver?: ToolObserver;
  /** `many` where further turns may follow. */
  readonly turns: ThreadInput["turns"];
  readonly history?: ThreadInput["history"];
  readonly reportsResponses?: boolean;
  readonly kept?: ThreadInput["kept"];
}

/** The bounds of a turn. */
export interface TurnBounds {
  readonly policy: ResolvedRunPolicy;
  readonly budgets: RunBudgets;
  /** The number of Codex's own reconnects; the value of the first turn of a thread holds for the thread. */
  readonly streamRetries: number;
  /** Receives the names of the tools that the turn starts. */
  readonly started: StartedTools;
  /** Receives the text of the model as it is written, and decides about tool calls. */
  readonly call: Pick<CallPolicy, "answerText" | "approveToolCall" | "onUsage" | "onRetry">;
  readonly signal?: AbortSignal;
}

/** Milliseconds within which the processes and servers of a thread must end. */
const closeTimeoutMs = 10_000;

/**
 * A thread with its tools. Nothing starts before the first turn, so a failed start is a failure of that turn. A thread
 * that is gone refuses a turn.
 */
export class RunThread implements AsyncDisposable {
  readonly #options: ResolvedRuntimeOptions;
  readonly #plan: ThreadPlan;
  readonly #tools: ThreadTools;
  readonly #redactor: Redactor;
  #thread: TransportThread | undefined;
  #id: string | undefined;
  #usage: TokenUsage = {};

  /** @throws {ToolBridgeError} for tools that cannot be offered. */
  constructor(options: ResolvedRuntimeOptions, plan: ThreadPlan) {
    this.#options = options;
    this.#plan = plan;
    this.#id = plan.kept?.from === "resume" ? plan.kept.threadId : undefined;
    this.#redactor = new Redactor(options.findSecrets());
    this.#tools = new ThreadTools(options, { ...plan, redactor: this.#redactor });
  }

  /** Codex's id of the thread; undefined until its first turn has reported one. */
  get id(): string | undefined {
    return this.#id;
  }

  /** Tokens of its turns here. */
  get usage(): TokenUsage {
    return this.#usage;
  }

  /** The place of a copy of it; undefined where it is only in memory. */
  get copy(): ThreadInput["kept"] {
    const { kept } = this.#plan;
    if (kept === undefined || this.#id === undefined) return kept;
    return { from: "fork", threadId: this.#id, lastTurnId: this.#thread?.lastTurnId };
  }

  /** True when the thread has had a turn and can take another one. */
  get isOpen(): boolean {
    return this.#thread?.isOpen === true;
  }

  /** True when the thread has had a turn and cannot take another one. */
  get isGone(): boolean {
    return this.#thread?.isOpen === false;
  }

  /**
   * Never rejects once the turn has started; later failures are in the result.
   *
   * @throws the signal's reason when it fired before anything was started.
   */
  async runTurn(
    turn: Omit<TurnInput, "signal">,
    bounds: TurnBounds,
    onEvent?: (event: ThreadEvent, state: TurnState) => void | Promise<void>,
  ): Promise<TurnRun> {
    bounds.signal?.throwIfAborted();
    const thread = (this.#thread ??= this.#open(bounds));
    const standing = new BudgetStanding(bounds.budgets, bounds.policy.announceBudget);
    const decisions = new ToolDecisions((input) => redactValue(input, this.#redactor.redact));
    const span: TurnTrace = { span: "turn", ...spanIds("turn"), model: this.#plan.model };
    const { approveToolCall: approve } = bounds.call;
    this.#tools.startTurn({
      standing,
      started: bounds.started,
      decisions,
      approve,
      spanId: span.id,
    });
    const responses = new ResponseSpans(this.#plan.model, this.#options.endpoint);
    const ask = (): Promise<TurnRun> =>
      runTurn({
        ...bounds.call,
        thread,
        turn,
        model: this.#plan.model,
        limits: { ...bounds.policy, limitWaitMs: this.#options.rateLimits?.maxWaitMs },
        budgets: bounds.budgets,
        redactor: this.#redactor,
        clock: this.#options.clock,
        onLimits: (limits) => this.#options.limits.take(limits),
        decisions,
        responses,
        ...(bounds.signal && { signal: bounds.signal }),
        onEvent: (event, state) => {
          const { stepCount, toolCallCount } = state.facts;
          standing.observe({ steps: stepCount, toolCalls: toolCallCount });
          return onEvent?.(event, state);
        },
      });
    const run = await traceSpan(span, ask, (ended) => {
      responses.endTurn(ended);
      const { threadId, outcome, usage, stepCount, failure } = ended.summary;
      Object.assign(span, { threadId, outcome, usage, stepCount, error: failure });
    });
    this.#id ??= run.summary.threadId;
    this.#usage = addUsage(this.#usage, run.summary.usage);
    const { offer, listed } = this.#tools;
    return {
      ...run,
      hasTools: offer.names.length > 0,
      ...(listed !== undefined && { toolsListed: listed }),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await settleWithin(this.#thread?.[Symbol.asyncDispose](), closeTimeoutMs);
  }

  #open({ policy, streamRetries }: TurnBounds): TransportThread {
    const { model, instructions, turns, history, kept, reportsResponses = false } = this.#plan;
    return this.#options.transport.openThread({
      model,
      ...(instructions !== undefined && { instructions }),
      tools: this.#tools.offer,
      toolTimeoutMs: policy.timeoutMs,
      streamRetries,
      addSecret: (secret) => this.#redactor.add(secret),
      turns,
      reportsResponses,
      followsResponses: isTraced(),
      ...(history && { history }),
      ...(kept && { kept }),
    });
  }
}
