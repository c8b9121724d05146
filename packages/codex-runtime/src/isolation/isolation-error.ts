import { buildFailure } from "@ktx/codex-events";
import type { SignInProblem } from "@ktx/codex-home";
import { CodexError } from "../values/codex-error.ts";

/** Why a run cannot be isolated. */
export type IsolationProblem = SignInProblem;

/** A run that was not started since it could not be isolated. The message names the way out. */
export class IsolationError extends CodexError {
  override readonly name: string = "IsolationError";
  readonly code: IsolationProblem;

  constructor(code: IsolationProblem, message: string, options: { readonly cause?: unknown } = {}) {
    const kind = code === "link-not-possible" ? "codex-config" : "auth";
    super(buildFailure({ kind, message }), options);
    this.code = code;
  }
}
