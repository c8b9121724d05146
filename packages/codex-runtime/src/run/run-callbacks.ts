import type { ThreadEvent, TokenUsage, TurnFailure } from "@ktx/codex-events";
import type { TextPart } from "./answer-text.ts";

/** Observers of a run. An error that one of them throws, or rejects with, is a warning. */
export interface RunCallbacks {
  /**
   * Called with each piece of the model's text as it is written. A `reset` discards the pieces before it. On exec, each
   * message is one piece.
   */
  readonly onTextDelta?: (part: TextPart) => unknown;
  /** Called with the tokens of the running turn so far, after each request to the model. On exec it is not called. */
  readonly onUsage?: (usage: TokenUsage) => unknown;
  /** Called with each event of Codex, without secrets: an `error` among them is a reconnect, until the turn fails. */
  readonly onEvent?: (event: ThreadEvent) => unknown;
  /** Called when Codex waits after a failure, in milliseconds from now, to repeat a request; for one wait perhaps twice. */
  readonly onRetry?: (wait: RetryWait) => unknown;
}

export type RetryWait = { readonly delayMs: number; readonly failure: TurnFailure };
