import {
  BudgetError,
  CodexError,
  type OutputIssue,
  OutputValidationError,
} from "@ktx/codex-runtime";
import { CliError } from "../cli-error.ts";
import { budgetInWords } from "./budget-in-words.ts";
import { explainError } from "./explain-error.ts";

/** Why a run did not end well, as `--json` prints it. */
export interface RunErrorReport {
  /** A kind of `TurnFailure`, `tool-call`, `invalid-output`, or `unprintable-value`. */
  readonly kind: string;
  readonly message: string;
  readonly next?: string;
  /** With `invalid-output`: what is wrong with the answer, and the answer as it came. */
  readonly issues?: readonly OutputIssue[];
  readonly text?: string;
}

export function describeRunError(error: Error): RunErrorReport {
  const next = nextOf(error instanceof OutputValidationError ? error.cause : error);
  return {
    kind: kindOf(error),
    message: messageOf(error),
    ...(next !== undefined && { next }),
    ...(error instanceof OutputValidationError && { issues: error.issues, text: error.text }),
  };
}

function nextOf(error: unknown): string | undefined {
  if (error instanceof BudgetError) return budgetInWords(error.budget).next;
  const explained = explainError(error);
  return explained instanceof CliError ? explained.parts.next : undefined;
}

/** The package tells of a budget by the name of its option, which is no name of a flag. */
function messageOf({ cause, message }: Error): string {
  if (!(cause instanceof BudgetError)) return message;
  const { when } = budgetInWords(cause.budget);
  return message.replace(cause.message, `the model was not done ${when}.`);
}

function kindOf(error: Error): string {
  if (error instanceof CodexError) return error.failure.kind;
  return error instanceof OutputValidationError ? "invalid-output" : "tool-call";
}
