import type { ErrorFacts } from "./thread-event.ts";
import type { TokenUsage } from "./token-usage.ts";
import type { ToolFailure } from "./tool-failure.ts";

/** The state of a turn after the events so far. `completed` and `failed` are final. */
export type TurnState =
  | { readonly phase: "running"; readonly facts: TurnFacts }
  | { readonly phase: "completed"; readonly facts: TurnFacts; readonly usage: TokenUsage }
  | {
      readonly phase: "failed";
      readonly facts: TurnFacts;
      readonly failureText: string;
      /** The facts that came with that text. */
      readonly failureFacts: ErrorFacts;
    };

/** The facts of the turn so far; readable at any time, for a live loop. */
export interface TurnFacts {
  /** The arrival time of the first event; absent before it. */
  readonly startedAtMs?: number;
  readonly threadId?: string;
  /** The last completed agent message; the answer, once the turn has completed. */
  readonly lastMessage?: string;
  readonly stepCount: number;
  /** Milliseconds from the first event to each of the first 1,000 steps. */
  readonly stepBoundariesMs: readonly number[];
  readonly toolCallCount: number;
  /** At most 100; recovered ones are dropped first. */
  readonly toolFailures: readonly ToolFailure[];
  /**
   * For each running tool call with an id: the number of entries of `toolFailures` from before its start. The
   * first 1,000.
   */
  readonly failuresBefore: ReadonlyMap<string, number>;
  /** The first 100, without duplicates. */
  readonly warnings: readonly string[];
  /** Top-level `error` events so far: reconnects, as long as the turn is running. */
  readonly provisionalErrorCount: number;
  readonly lastErrorText?: string;
  /** The facts that came with that text. */
  readonly lastErrorFacts?: ErrorFacts;
}

/** The limits that keep the state from growing with the number of events. */
export const limits: Readonly<
  Record<
    "steps" | "toolFailures" | "runningCalls" | "warnings" | "warningLength" | "errorLength",
    number
  >
> = {
  steps: 1000,
  toolFailures: 100,
  runningCalls: 1000,
  warnings: 100,
  warningLength: 2000,
  errorLength: 65_536,
};

/** The state of a turn before its first event. Each turn needs a state of its own. */
export function initialTurnState(): TurnState {
  return {
    phase: "running",
    facts: {
      stepCount: 0,
      stepBoundariesMs: [],
      toolCallCount: 0,
      toolFailures: [],
      failuresBefore: new Map(),
      warnings: [],
      provisionalErrorCount: 0,
    },
  };
}
