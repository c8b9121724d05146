import { buildFailure } from "@ktx/codex-events";
import { SignInError, type SignInProblem } from "@ktx/codex-home";
import { CodexError } from "../values/codex-error.ts";

/** The reason why a run cannot be isolated. */
export type IsolationProblem = SignInProblem;

/** A run that was not started because it cannot be isolated. The message names the fix. */
export class IsolationError extends CodexError {
  override readonly name: string = "IsolationError";
  readonly code: IsolationProblem;

  constructor(code: IsolationProblem, message: string, options: IsolationErrorOptions = {}) {
    const { cause, facts } = options;
    const text = { message, ...(facts !== undefined && { facts }) };
    super(
      code === "link-not-possible"
        ? buildFailure({ kind: "codex-config", ...text })
        : buildFailure({ kind: "auth", problem: code, ...text }),
      { cause },
    );
    this.code = code;
  }
}

interface IsolationErrorOptions {
  readonly cause?: unknown;
  /** The message without its advice. */
  readonly facts?: string;
}

/** The error, as a `CodexError` where the user's sign-in cannot be shared. */
export function asIsolationError(error: unknown): unknown {
  if (!(error instanceof SignInError)) return error;
  const { code, message, cause, facts } = error;
  return new IsolationError(code, message, { cause, facts });
}
