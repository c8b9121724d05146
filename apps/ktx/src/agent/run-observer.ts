import type { ThreadEvent, TokenUsage } from "@ktx/codex-events";
import type {
  AgentLoopStep,
  RateLimitEvent,
  RunBudgets,
  RetryWait,
  RunCallbacks,
  TextPart,
} from "@ktx/codex-runtime";
import type { CallObserver } from "./call-observer.ts";

/** The start of a run. */
interface RunStart extends RunBudgets {
  readonly model: string;
  /** The host of the model's service. */
  readonly host?: string;
  /** The names of the tools, as the model sees them. */
  readonly tools: readonly string[];
  readonly timeoutMs?: number;
  /** Milliseconds that the run may wait for limits in all. */
  readonly maxWaitMs?: number;
  /** True for a turn that is not repeated after a limit, since its thread goes on. @default false */
  readonly isHeld?: boolean;
}

/** Observes a run while it runs. */
export interface RunObserver extends CallObserver {
  readonly onStart: (run: RunStart) => void;
  readonly onStep: (step: AgentLoopStep) => void;
  /** The words of the model as it writes them. */
  readonly onText?: (part: TextPart) => void;
  /** The events of Codex. */
  readonly onEvent?: (event: ThreadEvent) => void;
  /** The tokens of the running turn so far. */
  readonly onUsage?: (usage: TokenUsage) => void;
  /** A wait of Codex itself before it repeats a request. */
  readonly onRetry?: (wait: RetryWait) => void;
  /** The account's limits, and the wait for them. */
  readonly onLimit: (event: RateLimitEvent) => void;
  /** A problem that did not stop the run, in a sentence or two. */
  readonly onWarning: (message: string) => void;
}

/** The observer's part in a call of the runtime. */
export function callbacksOf({ onText, onEvent, onUsage, onRetry }: RunObserver): RunCallbacks {
  return {
    ...(onText && { onTextDelta: onText }),
    ...(onEvent && { onEvent }),
    ...(onUsage && { onUsage }),
    ...(onRetry && { onRetry }),
  };
}
