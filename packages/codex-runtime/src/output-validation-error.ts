import type { TokenUsage } from "@ktx/codex-events";

/** Why an answer is not what the schema wants: one problem, with its place in the value. */
export interface OutputIssue {
  /** Keys and indexes from the root of the value; empty for the value itself. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

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
    super(`Codex structured output failed validation: ${describeIssues(issues)}`);
    this.issues = issues;
    this.text = text;
    this.usage = usage;
  }
}

/** One line for each problem, for a person or a model to read. */
export function describeIssues(issues: readonly OutputIssue[]): string {
  return issues
    .map(({ path, message }) =>
      path.length === 0 ? message : `${path.map(String).join(".")}: ${message}`,
    )
    .join("\n");
}
