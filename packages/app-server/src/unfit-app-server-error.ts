import { ProcessFailure } from "@ktx/codex-process";

/** The app-server of this Codex lacks a feature that the threads need. */
export class UnfitAppServerError extends ProcessFailure {
  override readonly name: string = "UnfitAppServerError";
  readonly kind = "codex-config";
  /** A short phrase about it. */
  readonly reason: string;

  constructor(reason: string) {
    super(
      `The app-server of this Codex cannot be used: ${reason}. ` +
        "Use the Codex that @openai/codex-sdk brings, or `transport: 'exec'`.",
    );
    this.reason = reason;
  }
}
