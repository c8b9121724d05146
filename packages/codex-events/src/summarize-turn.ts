import { classifyFacts, type FailureContext } from "./failure/classify-failure.ts";
import type { TurnFailure } from "./failure/failure-kinds.ts";
import type { ErrorFacts } from "./thread-event.ts";
import type { TokenUsage } from "./token-usage.ts";
import type { ToolFailure } from "./tool-failure.ts";
import type { TurnFacts, TurnState } from "./turn-state.ts";

export interface TurnSummary {
  /** `incomplete`: the stream has no terminal event, so far or at its end. */
  readonly outcome: "completed" | "failed" | "incomplete";
  /**
   * The last completed agent message. It is the answer only when the outcome is `completed`, and may
   * be empty.
   */
  readonly finalText?: string;
  readonly stepCount: number;
  /** Milliseconds from the first event to each step; the first 1,000. */
  readonly stepBoundariesMs: readonly number[];
  readonly toolCallCount: number;
  /** At most 100; recovered ones are dropped first. */
  readonly toolFailures: readonly ToolFailure[];
  /** Without duplicates; the first 100. */
  readonly warnings: readonly string[];
  /**
   * Reconnects and other provisional errors that a completed turn survived; 0 while it is not
   * completed.
   */
  readonly recoveries: number;
  /** Tokens of the whole thread, as reported when the turn completed; empty when nothing was reported. */
  readonly usage: TokenUsage;
  /** Present when the turn failed, and when it is incomplete and its last event was an error. */
  readonly failure?: TurnFailure;
  readonly threadId?: string;
}

/**
 * The result of the turn so far: cheap, and valid after any event.
 *
 * @param context Facts that make a failure more exact. The partial text is the turn's own, unless
 *   given.
 */
export function summarizeTurn(state: TurnState, context: FailureContext = {}): TurnSummary {
  const { facts } = state;
  const summary = summarizeFacts(facts);
  switch (state.phase) {
    case "completed":
      return {
        ...summary,
        outcome: "completed",
        recoveries: facts.provisionalErrorCount,
        usage: state.usage,
      };
    case "failed":
      return {
        ...summary,
        outcome: "failed",
        failure: classify(state.failureText, state.failureFacts),
      };
    case "running":
      return facts.lastErrorText === undefined
        ? summary
        : { ...summary, failure: classify(facts.lastErrorText, facts.lastErrorFacts) };
    default:
      return state satisfies never;
  }

  function classify(text: string, told: ErrorFacts = {}): TurnFailure {
    const known = { text, ...told };
    return classifyFacts(known, {
      ...(facts.lastMessage !== undefined && { partialText: facts.lastMessage }),
      ...context,
    });
  }
}

function summarizeFacts(facts: TurnFacts): TurnSummary {
  return {
    outcome: "incomplete",
    ...(facts.lastMessage !== undefined && { finalText: facts.lastMessage }),
    stepCount: facts.stepCount,
    stepBoundariesMs: facts.stepBoundariesMs,
    toolCallCount: facts.toolCallCount,
    toolFailures: facts.toolFailures,
    warnings: facts.warnings,
    recoveries: 0,
    usage: {},
    ...(facts.threadId !== undefined && { threadId: facts.threadId }),
  };
}
