import type { TokenUsage } from "@ktx/codex-events";
import type { RunRemains } from "./codex-error.ts";
import { describeIssues, type OutputIssue } from "./structured-output/output-issue.ts";
import type { ToolCallReport } from "./turn/tool-call-log.ts";

/** A call whose answer does not fit its schema, and was not repaired. */
export class OutputValidationError extends Error implements RunRemains {
  override readonly name: string = "OutputValidationError";
  /** At least one. */
  readonly issues: readonly OutputIssue[];
  /** The model's last answer as it came. */
  readonly text: string;
  /** Of every turn that was spent on it. */
  readonly usage: TokenUsage;
  readonly toolCalls: readonly ToolCallReport[];

  /** @param options `cause`: why the answer could not be repaired. */
  constructor(
    issues: readonly OutputIssue[],
    remains: RunRemains & { readonly text: string },
    options: ErrorOptions = {},
  ) {
    const { cause } = options;
    const why = cause instanceof Error ? `\nIt could not be repaired: ${cause.message}` : "";
    super(`Codex structured output failed validation:\n${describeIssues(issues)}${why}`, options);
    this.issues = issues;
    this.text = remains.text;
    this.usage = remains.usage;
    this.toolCalls = remains.toolCalls;
  }
}
