import type { TokenUsage } from "@ktx/codex-events";
import { describeIssues, type OutputIssue } from "@ktx/structured-output";
import type { RunRemains } from "./codex-error.ts";
import type { UnfinishedEnd } from "./run-end.ts";
import type { ToolCallReport } from "./tool-call-report.ts";

export interface OutputValidationDetails {
  /** The failure of its repair, or an error of the schema's own code. */
  readonly cause?: unknown;
  /** The end of its repair, where that gave no answer. */
  readonly repairEnd?: UnfinishedEnd;
  /** A sentence about its repair. */
  readonly why?: string;
}

/** The answer of a call does not fit its schema, and was not repaired. */
export class OutputValidationError extends Error implements RunRemains {
  override readonly name: string = "OutputValidationError";
  /** At least one. */
  readonly issues: readonly OutputIssue[];
  /** The model's last answer, unchanged. */
  readonly text: string;
  /** The usage of every turn of the call. */
  readonly usage: TokenUsage;
  readonly toolCalls: readonly ToolCallReport[];
  /** The end of its repair without an answer; absent for a repair with an answer, and without a repair. */
  readonly repairEnd?: UnfinishedEnd;

  constructor(
    issues: readonly OutputIssue[],
    remains: RunRemains & { readonly text: string },
    { cause, repairEnd, why }: OutputValidationDetails = {},
  ) {
    const last = why === undefined ? "" : `\n${why}`;
    super(
      `Codex structured output failed validation:\n${describeIssues(issues)}${last}`,
      cause === undefined ? undefined : { cause },
    );
    this.issues = issues;
    this.text = remains.text;
    this.usage = remains.usage;
    this.toolCalls = remains.toolCalls;
    if (repairEnd !== undefined) this.repairEnd = repairEnd;
  }
}
