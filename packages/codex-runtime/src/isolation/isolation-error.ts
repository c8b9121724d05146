import { buildFailure } from "@ktx/codex-events";
import { CodexError } from "../values/codex-error.ts";

/** Why a run can not be isolated. */
export type IsolationProblem =
  /** There is no sign-in to share: neither `auth.json` nor a key. */
  | "not-signed-in"
  /** The sign-in is in the system's keyring, where only the user's own Codex home finds it. */
  | "credentials-in-keyring"
  /** There may be a sign-in, and this user may not look at it. */
  | "sign-in-unreadable"
  /** This system or file system refuses the symbolic link to the sign-in. */
  | "link-not-possible";

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
