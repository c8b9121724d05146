import { buildFailure } from "@ktx/codex-events";
import type { SignInProblem } from "@ktx/codex-home";
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
