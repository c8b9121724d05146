import { ProcessFailure } from "@ktx/codex-process";

/** Codex did not answer a request in time: it hangs, or it dropped a request that it could not read. */
export class UnansweredRequestError extends ProcessFailure {
  override readonly name: string = "UnansweredRequestError";
  readonly kind = "process";

  constructor(method: string, timeoutMs: number) {
    super(
      `Codex did not answer \`${method}\` within ${timeoutMs / 1_000} s. ` +
        "Run it again. If it happens each time, use `transport: 'exec'`.",
    );
  }
}
