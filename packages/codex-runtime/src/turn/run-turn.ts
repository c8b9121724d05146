import {
  initialTurnState,
  parseThreadEvent,
  reduceTurn,
  summarizeTurn,
  type ThreadEvent,
  type TokenUsage,
  type TurnState,
  type TurnSummary,
} from "@ktx/codex-events";
import { findSpentBudget, type RunBudgets } from "../bounds/run-budgets.ts";
import type { Clock } from "../clock/clock.ts";
import type { CodexRunnerInput, TurnObserver } from "../codex-runner.ts";
import { redactEvents } from "../secrets/redact-events.ts";
import { redactValue } from "../secrets/redact-value.ts";
import type { Redact, Redactor } from "../secrets/redactor.ts";
import { LastEvents } from "./last-events.ts";
import { takeEvents } from "./take-events.ts";
import {
  logToolCall,
  reportToolCalls,
  type ToolCallLog,
  type ToolCallReport,
} from "./tool-call-log.ts";
import { type TurnLimits, type TurnStop, TurnStopper } from "./turn-stop.ts";

export interface RunTurnInput {
  /** Starts the turn; what comes out is foreign. */
  readonly open: (
    context: Required<Pick<CodexRunnerInput, "signal" | "observer">>,
  ) => Promise<AsyncIterable<unknown>>;
  /** The model that was asked for. */
  readonly model: string;
  readonly limits: TurnLimits;
  readonly budgets: RunBudgets;
  /** Takes the secrets out of everything but the model's answer. */
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Called for each event, and awaited before the next is taken. What it throws ends the turn. */
  readonly onEvent?: (event: ThreadEvent, state: TurnState) => void | Promise<void>;
}

/** How a turn went: what Codex said, and what ended it otherwise. */
export interface TurnRun {
  /** Its usage is what was told before the end where the end did not say. */
  readonly summary: TurnSummary;
  /** Why we ended it; absent when the stream ended by itself. */
  readonly stop?: TurnStop;
  /** What the stream threw. The SDK does so after each failed turn; the events decide. */
  readonly thrown?: { readonly error: unknown };
  readonly totalMs: number;
  readonly toolCalls: readonly ToolCallReport[];
  /** Top-level `error` events: the reconnects that Codex made by itself. */
  readonly reconnects: number;
  readonly lastEvents: readonly ThreadEvent[];
  readonly stderrTail: string;
  /** True where the turn had tools to call. */
  readonly hasTools?: boolean;
  /** With tools: whether Codex was seen to ask the bridge for them; absent where the bridge does not say. */
  readonly toolsListed?: boolean;
}

/**
 * Runs one turn: takes the runner's events one by one, folds them, and ends at the terminal event, at
 * a budget or time limit, or with the caller. Never rejects, and never waits for a runner that does
 * not answer.
 */
export async function runTurn(input: RunTurnInput): Promise<TurnRun> {
  const { clock, redactor } = input;
  const { redact } = redactor;
  const startedAtMs = clock.monotonicNow();
  using stopper = new TurnStopper(input.limits, input.signal);
  const lastEvents = new LastEvents(redactor);
  let state = initialTurnState();
  let toolCalls: ToolCallLog = [];
  let usage: TokenUsage = {};
  let stderrTail = "";
  let thrown: { readonly error: unknown } | undefined;
  const stopAtBudget = (): void => {
    const budget = findSpentBudget(input.budgets, state, usageOf(state, usage));
    if (budget !== undefined) stopper.stop({ cause: "budget", budget });
  };
  /** Announced beside the events, a moment before or after the error that it follows from. */
  let retryInMs = 0;
  const awaitRetry = (): void => {
    stopper.touch(retryInMs);
    const leftMs = input.limits.timeoutMs - (clock.monotonicNow() - startedAtMs);
    if (retryInMs >= leftMs && state.facts.lastErrorText !== undefined)
      stopper.stop({ cause: "late-retry", retryInMs });
  };
  const observer: TurnObserver = {
    onUsage: (told) => {
      usage = told;
      stopAtBudget();
    },
    onActivity: () => stopper.touch(),
    onRetry: (delayMs) => {
      retryInMs = delayMs;
      awaitRetry();
    },
    onStderr: (tail) => {
      stderrTail = tail;
    },
  };
  try {
    const events = takeEvents((signal) => input.open({ signal, observer }), stopper);
    // Before anything is cut: see `redactEvents`.
    for await (const value of redactEvents(events, redact)) {
      stopper.touch();
      const event = parseThreadEvent(value);
      const atMs = clock.monotonicNow();
      state = reduceTurn(state, event, atMs);
      toolCalls = logToolCall(toolCalls, event, atMs, redactor);
      lastEvents.add(event);
      await handleEvent(input, stopper, event, state);
      stopAtBudget();
      if (state.phase !== "running") break;
      if (event.type === "error") awaitRetry();
      else retryInMs = 0;
    }
  } catch (error) {
    thrown = { error };
  }
  const nowMs = clock.now();
  const summary = summarizeTurn(state, {
    model: input.model,
    nowMs,
    // Codex writes the reset of a quota by the clock of the machine that it runs on: this one.
    timeZoneOffsetMinutes: -new Date(nowMs).getTimezoneOffset(),
  });
  return {
    summary: { ...redactSummary(summary, redact), usage: usageOf(state, usage) },
    ...(stopper.stopped && { stop: stopper.stopped }),
    ...(thrown && stopper.stopped === undefined && { thrown }),
    totalMs: clock.monotonicNow() - startedAtMs,
    toolCalls: reportToolCalls(toolCalls),
    reconnects: state.facts.provisionalErrorCount,
    lastEvents: lastEvents.events,
    stderrTail: redact(stderrTail),
  };
}

/** Without a secret in anything but the model's answer. */
function redactSummary({ finalText, ...summary }: TurnSummary, redact: Redact): TurnSummary {
  return { ...redactValue(summary, redact), ...(finalText !== undefined && { finalText }) };
}

/** What the end of the turn reported; before it, or where that said nothing, what was told on the way. */
function usageOf(state: TurnState, told: TokenUsage): TokenUsage {
  if (state.phase !== "completed") return told;
  return Object.keys(state.usage).length > 0 ? state.usage : told;
}

async function handleEvent(
  input: RunTurnInput,
  stopper: TurnStopper,
  event: ThreadEvent,
  state: TurnState,
): Promise<void> {
  try {
    // A callback that never settles must not outlive the deadline.
    await Promise.race([input.onEvent?.(event, state), stopper.whenStopped]);
  } catch (error) {
    stopper.stop({ cause: "callback", error });
  }
}
