import { CodexError, type OutputIssue, OutputValidationError } from "@ktx/codex-runtime";
import { CliError } from "../cli-error.ts";
import { explainError } from "./explain-error.ts";

/** Why a run did not end well, as `--json` prints it. */
export interface RunErrorReport {
  /** A kind of `TurnFailure`, `tool-call`, or `invalid-output`. */
  readonly kind: string;
  readonly message: string;
  readonly next?: string;
  /** With `invalid-output`: what is wrong with the answer, and the answer as it came. */
  readonly issues?: readonly OutputIssue[];
  readonly text?: string;
}

export function describeRunError(error: Error): RunErrorReport {
  const explained = explainError(error);
  const next = explained instanceof CliError ? explained.parts.next : undefined;
  return {
    kind: kindOf(error),
    message: error.message,
    ...(next !== undefined && { next }),
    ...(error instanceof OutputValidationError && { issues: error.issues, text: error.text }),
  };
}

function kindOf(error: Error): string {
  if (error instanceof CodexError) return error.failure.kind;
  return error instanceof OutputValidationError ? "invalid-output" : "tool-call";
}
