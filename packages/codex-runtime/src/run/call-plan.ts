import type { ThreadEvent, TokenUsage } from "@ktx/codex-events";
import type { ApproveToolCall } from "@ktx/mcp-bridge";
import type { TurnInput } from "../transport/transport.ts";
import type { RunBudgets } from "../values/budgets.ts";
import type { AnswerText } from "./answer-text.ts";
import type { RunCallbacks } from "./run-callbacks.ts";
import type { ResolvedRunPolicy } from "./run-policy.ts";
import type { RunThread, ThreadPlan } from "./run-thread.ts";

/** One call of a method of the runtime, checked. */
export interface CallPlan {
  readonly thread: ThreadPlan;
  /** A thread that the caller holds. All turns of the call run in it, so that none is retried elsewhere. */
  readonly held?: RunThread;
  readonly turn: Omit<TurnInput, "signal">;
  readonly policy: CallPolicy;
}

/** The bounds of a call, all its attempts together, and the conditions of its success. */
export interface CallPolicy extends Pick<RunCallbacks, "onRetry"> {
  readonly limits: ResolvedRunPolicy;
  readonly budgets: RunBudgets;
  /** True when the run must end with a text of the model. */
  readonly answerDue: boolean;
  readonly signal?: AbortSignal;
  /** Takes the answer as it grows, over all attempts and repairs. */
  readonly answerText?: AnswerText | undefined;
  /** Takes the tokens of a turn so far. */
  readonly onUsage?: ((usage: TokenUsage) => void) | undefined;
  /** Decides about each call of a tool. */
  readonly approveToolCall?: ApproveToolCall;
  /** Called for each event of Codex, without secrets. Must not throw. */
  readonly onEvent?: (event: ThreadEvent) => void;
  /** Called as each step completes, and awaited; counts over all attempts. An error that it throws ends the call. */
  readonly onStep?: (stepIndex: number) => void | Promise<void>;
}
