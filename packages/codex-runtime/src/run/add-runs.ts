import {
  initialTurnState,
  summarizeTurn,
  tokenCounts,
  type TokenUsage,
  type ToolFailure,
} from "@ktx/codex-events";
import type { BudgetUse } from "../values/budgets.ts";
import type { CodexError } from "../values/codex-error.ts";
import type { TurnRun } from "./run-turn.ts";
import type { TurnStop } from "./turn-stop.ts";

/** The result of a call, all its attempts together. */
export interface AttemptedRun extends TurnRun {
  readonly attempts: number;
  /**
   * The failed tool calls of all attempts, the first 100. A failure of an earlier attempt also counts as recovered when
   * the last attempt completed. `summary` has those of the last attempt alone, which decide.
   */
  readonly toolFailures: readonly ToolFailure[];
}

const mostToolFailures = 100;

/**
 * Adds an attempt to those before it: the end and the text of the attempt, and the use of all of them.
 *
 * @param offsetMs From the first event of the call to the beginning of this attempt.
 */
export function addRuns(
  earlier: AttemptedRun | undefined,
  run: TurnRun,
  offsetMs: number,
): AttemptedRun {
  if (earlier === undefined) return { ...run, toolFailures: run.summary.toolFailures, attempts: 1 };
  const before = earlier.summary;
  const isDone = run.summary.outcome === "completed";
  return {
    ...run,
    summary: {
      ...run.summary,
      usage: addUsage(before.usage, run.summary.usage),
      stepCount: before.stepCount + run.summary.stepCount,
      stepBoundariesMs: [
        ...before.stepBoundariesMs,
        ...run.summary.stepBoundariesMs.map((atMs) => atMs + offsetMs),
      ],
      toolCallCount: before.toolCallCount + run.summary.toolCallCount,
      warnings: [...new Set([...before.warnings, ...run.summary.warnings])],
    },
    totalMs: offsetMs + run.totalMs,
    toolCalls: [...earlier.toolCalls, ...run.toolCalls],
    reconnects: earlier.reconnects + run.reconnects,
    attempts: earlier.attempts + 1,
    toolFailures: [
      ...earlier.toolFailures.map((failure) => ({
        ...failure,
        recovered: failure.recovered || isDone,
      })),
      ...run.summary.toolFailures,
    ].slice(0, mostToolFailures),
  };
}

/** The result of a call that ended between two attempts: it has no answer. */
export function stopRun(whole: AttemptedRun | undefined, stop: TurnStop): AttemptedRun {
  const run = whole ?? emptyRun;
  return { ...run, summary: { ...run.summary, outcome: "incomplete" }, stop };
}

/** The call does not wait for a limit: it ends with the result so far. */
export function failRun(whole: AttemptedRun | undefined, error: CodexError): AttemptedRun {
  const { stop: _replaced, ...run } = whole ?? emptyRun;
  const { failure } = error;
  return { ...run, summary: { ...run.summary, outcome: "failed", failure }, thrown: { error } };
}

/** The use of a call's budgets so far. */
export function useOf({ summary, toolCalls }: AttemptedRun): BudgetUse {
  return { steps: summary.stepCount, toolCalls: toolCalls.length, usage: summary.usage };
}

const emptyRun: AttemptedRun = {
  attempts: 0,
  summary: summarizeTurn(initialTurnState()),
  totalMs: 0,
  toolCalls: [],
  toolFailures: [],
  reconnects: 0,
  lastEvents: [],
  stderrTail: "",
};

/** A count that neither attempt reported stays absent. */
/** The sum of two reports. Pure. */
export function addUsage(one: TokenUsage, other: TokenUsage): TokenUsage {
  const sum: Partial<Record<keyof TokenUsage, number>> = { ...one };
  for (const [name] of tokenCounts) {
    const value = other[name];
    if (value !== undefined) sum[name] = (sum[name] ?? 0) + value;
  }
  return sum;
}
