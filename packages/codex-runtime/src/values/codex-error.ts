import type { ThreadEvent, TokenUsage, TurnFailure } from "@ktx/codex-events";
import type { ToolCallReport } from "./tool-call-report.ts";

/** What a run had done when it ended without its result. */
export interface RunRemains {
  /** The model's last message, should it have said anything. */
  readonly text?: string;
  /** What was used, all attempts together; empty where Codex reported nothing. */
  readonly usage: TokenUsage;
  readonly toolCalls: readonly ToolCallReport[];
}

export interface CodexErrorDetails extends Partial<RunRemains> {
  readonly lastEvents?: readonly ThreadEvent[];
  readonly stderrTail?: string;
  readonly cause?: unknown;
}

/** A turn that failed. What to branch on is `failure.kind`; what to do next, `describeFailure(failure)`. */
export class CodexError extends Error implements RunRemains {
  override readonly name: string = "CodexError";
  readonly failure: TurnFailure;
  readonly text?: string;
  readonly usage: TokenUsage;
  readonly toolCalls: readonly ToolCallReport[];
  /** The last 20 events, their texts cut at 500 characters and without credentials. */
  readonly lastEvents: readonly ThreadEvent[];
  /** The end of what Codex wrote to standard error, at most 4,096 characters. */
  readonly stderrTail: string;

  constructor(failure: TurnFailure, details: CodexErrorDetails = {}) {
    super(failure.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.failure = failure;
    if (details.text !== undefined) this.text = details.text;
    this.usage = details.usage ?? {};
    this.toolCalls = details.toolCalls ?? [];
    this.lastEvents = details.lastEvents ?? [];
    this.stderrTail = details.stderrTail ?? "";
  }
}
