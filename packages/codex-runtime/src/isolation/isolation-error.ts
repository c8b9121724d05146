import { buildFailure } from "@ktx/codex-events";
import { SignInError, type SignInProblem } from "@ktx/codex-home";
import { CodexError } from "../values/codex-error.ts";

/** The reason why a run cannot be isolated. */
export type IsolationProblem = SignInProblem;

/** A run that was not started because it cannot be isolated. The message names the fix. */
export class IsolationError extends CodexError {
  override readonly name: string = "IsolationError";
  readonly code: IsolationProblem;

  constructor(code: IsolationProblem, message: string, options: { readonly cause?: unknown } = {}) {
    const kind = code === "link-not-possible" ? "codex-config" : "auth";
    super(buildFailure({ kind, message }), options);
    this.code = code;
  }
}

/** The error, as a `CodexError` where the user's sign-in cannot be shared. */
export function asIsolationError(error: unknown): unknown {
  if (!(error instanceof SignInError)) return error;
  const { code, message, cause } = error;
  return new IsolationError(code, message, { cause });
}
