import type { TokenUsage, TurnFailure } from "@ktx/codex-events";

/** A turn that failed. What to branch on is `failure.kind`; what to do next, `describeFailure(failure)`. */
export class CodexError extends Error {
  override readonly name: string = "CodexError";
  readonly failure: TurnFailure;
  /** What the turn used all the same; empty where Codex reported nothing. */
  readonly usage: TokenUsage;

  constructor(failure: TurnFailure, usage: TokenUsage, options?: ErrorOptions) {
    super(failure.message, options);
    this.failure = failure;
    this.usage = usage;
  }
}
