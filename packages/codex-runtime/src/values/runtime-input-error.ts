import type { ImageErrorCode } from "@ktx/images";

/** The mistake of the caller; nothing was started. */
export type RuntimeInputProblem =
  | "invalid-options"
  | "invalid-role"
  | "unsupported-model"
  | "empty-prompt"
  | "prompt-too-long"
  | "invalid-budget"
  | "invalid-limit"
  | "invalid-reasoning-effort"
  | "invalid-approval"
  | "unknown-transport"
  | "unknown-isolation"
  | "tool-transport"
  | "unknown-tool-failure-policy"
  | "invalid-endpoint"
  | "single-turns"
  | "threads-not-kept"
  | "invalid-history"
  | "thread-is-running"
  | "thread-is-gone"
  | "runtime-is-disposed"
  | "codex-not-found"
  | "no-images"
  | ImageErrorCode;

/**
 * A mistake in the caller's input, found before anything was started. The message gives what was
 * expected, what came, and the fix.
 */
export class RuntimeInputError extends Error {
  override readonly name: string = "RuntimeInputError";
  readonly code: RuntimeInputProblem;

  constructor(code: RuntimeInputProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
