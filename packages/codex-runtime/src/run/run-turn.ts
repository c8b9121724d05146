import {
  type AccountLimits,
  classifyFacts,
  initialTurnState,
  reduceTurn,
  summarizeTurn,
  type ThreadEvent,
  type TokenUsage,
  type TurnState,
  type TurnSummary,
} from "@ktx/codex-events";
import { type Redact, type Redactor, redactValue } from "@ktx/redact";
import type { TurnExit } from "@ktx/codex-process";
import type { TransportThread, TurnInput, TurnSignal } from "../transport/transport.ts";
import { isLimitFailure } from "../rate-limit/limit-failure.ts";
import { type BudgetUse, findSpentBudget, type RunBudgets } from "../values/budgets.ts";
import type { Clock } from "@ktx/timers";
import type { ToolCallReport } from "../values/tool-call-report.ts";
import type { CallPolicy } from "./call-plan.ts";
import { LastEvents } from "./last-events.ts";
import { redactSignals } from "../transport/redact-signals.ts";
import type { ResponseSpans } from "./trace-responses.ts";
import { takeSignals } from "./take-signals.ts";
import { logToolCall, reportToolCalls, type ToolCallLog } from "./tool-call-log.ts";
import type { ToolDecisions } from "@ktx/codex-tools";
import { type TurnLimits, type TurnStop, TurnStopper } from "./turn-stop.ts";

export interface RunTurnInput extends Pick<CallPolicy, "answerText" | "onUsage" | "onRetry"> {
  readonly thread: TransportThread;
  readonly turn: Omit<TurnInput, "signal">;
  /** The requested model. */
  readonly model: string;
  readonly limits: TurnLimits;
  readonly budgets: RunBudgets;
  /** Removes the secrets from everything but the model's answer. */
  readonly redactor: Redactor;
  readonly clock: Clock;
  /** The decisions about the calls of the tools. */
  readonly decisions?: Pick<ToolDecisions, "take">;
  readonly signal?: AbortSignal;
  /** Called for each event, and awaited before the next. An error that it throws ends the turn. */
  readonly onEvent?: (event: ThreadEvent, state: TurnState) => void | Promise<void>;
  /** Called with the account's limits as Codex reports them. Must not throw. */
  readonly onLimits?: (limits: AccountLimits) => void;
  readonly responses?: ResponseSpans;
}

/** The result of a turn: Codex's events, and any other end. */
export interface TurnRun {
  /** The last reported usage, where the end of the turn reported none. */
  readonly summary: TurnSummary;
  /** The reason why ktx ended the turn; absent when it ended by itself. */
  readonly stop?: TurnStop;
  /** The end of the process, or the refused request, where the events do not give the end of the turn. */
  readonly exit?: TurnExit;
  /** The error that kept the turn from starting, or that an injected runner threw; the events outrank it. */
  readonly thrown?: { readonly error: unknown };
  readonly totalMs: number;
  readonly toolCalls: readonly ToolCallReport[];
  /** Top-level `error` events: the reconnects that Codex made by itself. */
  readonly reconnects: number;
  readonly lastEvents: readonly ThreadEvent[];
  readonly stderrTail: string;
  /** True where the turn had tools to call. */
  readonly hasTools?: boolean;
  /** With tools: true when Codex listed them; absent where their server does not report it. */
  readonly toolsListed?: boolean;
}

/**
 * Runs one turn: takes the signals one by one, folds them, and ends at the terminal event, at a budget or time
 * limit, or at the caller's signal. Never rejects, and never waits for a transport that does not answer.
 */
export async function runTurn(input: RunTurnInput): Promise<TurnRun> {
  const { clock, redactor, thread } = input;
  const { redact } = redactor;
  const startedAtMs = clock.monotonicNow();
  using stopper = new TurnStopper(input.limits, input.signal, thread.keepsAlive !== true);
  const fold = new TurnFold(input, stopper, startedAtMs);
  let thrown: { readonly error: unknown } | undefined;
  try {
    const open = (signal: AbortSignal): AsyncIterable<TurnSignal> =>
      thread.run({ ...input.turn, signal });
    // Redacts before any cut: half of a secret could not be found.
    for await (const signal of redactSignals(takeSignals(open, stopper), redact)) {
      stopper.touch();
      await fold.take(signal);
      if (fold.state.phase !== "running") break;
    }
  } catch (error) {
    thrown = { error };
  }
  const nowMs = clock.now();
  const { state, exit } = fold;
  const summary = summarizeTurn(state, {
    model: input.model,
    nowMs,
    // Codex writes the reset of a quota by the clock of its machine, which is this one.
    timeZoneOffsetMinutes: -new Date(nowMs).getTimezoneOffset(),
  });
  const ended = stopper.stopped === undefined;
  return {
    summary: { ...redactSummary(summary, redact), usage: fold.usage },
    ...(stopper.stopped && { stop: stopper.stopped }),
    ...(exit && ended && { exit }),
    ...(thrown && ended && { thrown }),
    totalMs: clock.monotonicNow() - startedAtMs,
    toolCalls: reportToolCalls(fold.toolCalls),
    reconnects: state.facts.provisionalErrorCount,
    lastEvents: fold.lastEvents.events,
    stderrTail: redact(exit?.stderrTail ?? thread.stderrTail),
  };
}

/** Removes the secrets from everything but the model's answer. */
function redactSummary({ finalText, ...summary }: TurnSummary, redact: Redact): TurnSummary {
  return { ...redactValue(summary, redact), ...(finalText !== undefined && { finalText }) };
}

/** The sum of the signals of a turn so far. */
class TurnFold {
  state: TurnState = initialTurnState();
  toolCalls: ToolCallLog = [];
  exit: TurnExit | undefined;
  readonly lastEvents: LastEvents;
  readonly #input: RunTurnInput;
  readonly #stopper: TurnStopper;
  readonly #startedAtMs: number;
  #reported: TokenUsage = {};
  #retryInMs = 0;
  /** Standard error overtakes events: the wait has come, and the error that causes it has not. */
  #errorIsDue = false;

  constructor(input: RunTurnInput, stopper: TurnStopper, startedAtMs: number) {
    this.#startedAtMs = startedAtMs;
    this.#input = input;
    this.#stopper = stopper;
    this.lastEvents = new LastEvents(input.redactor);
  }

  /** The usage as reported at the end of the turn; before the end, or without a report there, the last reported one. */
  get usage(): TokenUsage {
    if (this.state.phase !== "completed") return this.#reported;
    return Object.keys(this.state.usage).length > 0 ? this.state.usage : this.#reported;
  }

  async take(signal: TurnSignal): Promise<void> {
    switch (signal.type) {
      case "event":
        await this.#takeEvent(signal.event);
        break;
      case "usage":
        this.#reported = signal.usage;
        this.#input.onUsage?.(signal.usage);
        break;
      case "retry":
        this.#retryInMs = signal.delayMs;
        this.#errorIsDue = this.lastEvents.events.at(-1)?.type !== "error";
        this.#awaitRetry();
        return;
      case "exit":
        this.exit = signal.exit;
        break;
      case "text-delta":
        this.#input.answerText?.takeDelta(signal.itemId, signal.delta);
        return;
      case "limits":
        this.#input.onLimits?.(signal.limits);
        return;
      case "response":
        this.#input.responses?.take(signal);
        return;
      case "activity":
        return;
      default:
        signal satisfies never;
    }
    this.#stopAtBudget();
  }

  async #takeEvent(event: ThreadEvent): Promise<void> {
    const { clock, redactor, decisions } = this.#input;
    const atMs = clock.monotonicNow();
    this.state = reduceTurn(this.state, event, atMs);
    this.toolCalls = logToolCall(this.toolCalls, event, atMs, redactor, decisions);
    this.lastEvents.add(event);
    if (event.type === "item.completed" && event.item.type === "agent_message")
      this.#input.answerText?.takeMessage(event.item.id, event.item.text);
    this.#errorIsDue &&= event.type !== "error";
    if (event.type === "error") this.#awaitRetry();
    else if (!this.#errorIsDue) this.#retryInMs = 0;
    try {
      // A callback that never settles must not outlive the deadline.
      await Promise.race([this.#input.onEvent?.(event, this.state), this.#stopper.whenStopped]);
    } catch (error) {
      this.#stopper.stop({ cause: "callback", error });
    }
  }

  /** Announced beside the events, a moment before or after the error that causes it. */
  #awaitRetry(): void {
    const { limits, clock } = this.#input;
    this.#stopper.touch(this.#retryInMs);
    const leftMs = limits.timeoutMs - (clock.monotonicNow() - this.#startedAtMs);
    const { lastErrorText: text, lastErrorFacts } = this.state.facts;
    if (text === undefined) return;
    const failure = classifyFacts({ text, ...lastErrorFacts });
    const patienceMs = isLimitFailure(failure) ? (limits.limitWaitMs ?? leftMs) : leftMs;
    if (this.#retryInMs >= leftMs || this.#retryInMs > patienceMs)
      this.#stopper.stop({ cause: "late-retry", retryInMs: this.#retryInMs });
    else if (this.#retryInMs > 0) this.#input.onRetry?.({ delayMs: this.#retryInMs, failure });
  }

  #stopAtBudget(): void {
    const { stepCount: steps, toolCallCount: toolCalls } = this.state.facts;
    const use: BudgetUse = { steps, toolCalls, usage: this.usage };
    const budget = findSpentBudget(this.#input.budgets, use, this.state.phase === "running");
    if (budget !== undefined) this.#stopper.stop({ cause: "budget", budget });
  }
}
