import type { ThreadEvent, TokenUsage, TurnFailure } from "@ktx/codex-events";
import type { ToolCallReport } from "./tool-call-report.ts";

/** The result of a run that ended without its answer. */
export interface RunRemains {
  /** The model's last message, if any. */
  readonly text?: string;
  /** The usage of all attempts together; empty where Codex reported none. */
  readonly usage: TokenUsage;
  readonly toolCalls: readonly ToolCallReport[];
}

export interface CodexErrorDetails extends Partial<RunRemains> {
  readonly lastEvents?: readonly ThreadEvent[];
  readonly stderrTail?: string;
  readonly cause?: unknown;
}

/** A failed turn. Branch on `failure.kind`; `describeFailure(failure)` gives the next step. */
export class CodexError extends Error implements RunRemains {
  override readonly name: string = "CodexError";
  readonly failure: TurnFailure;
  readonly text?: string;
  readonly usage: TokenUsage;
  readonly toolCalls: readonly ToolCallReport[];
  /** The last 20 events, their texts cut at 500 characters and without credentials. */
  readonly lastEvents: readonly ThreadEvent[];
  /** The end of Codex's standard error, at most 4,096 characters. */
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
