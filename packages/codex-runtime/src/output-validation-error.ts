import type { TokenUsage } from "@ktx/codex-events";
import { describeIssues, type OutputIssue } from "./structured-output/output-issue.ts";

/** A turn that completed with an answer that its schema does not accept. */
export class OutputValidationError extends Error {
  override readonly name: string = "OutputValidationError";
  /** At least one. */
  readonly issues: readonly OutputIssue[];
  /** The model's last answer as it came. */
  readonly text: string;
  /** Of every turn that was spent on it. */
  readonly usage: TokenUsage;

  constructor(issues: readonly OutputIssue[], text: string, usage: TokenUsage) {
    super(`Codex structured output failed validation:\n${describeIssues(issues)}`);
    this.issues = issues;
    this.text = text;
    this.usage = usage;
  }
}
