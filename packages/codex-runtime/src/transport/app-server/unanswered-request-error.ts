import { ProcessFailure } from "../../process/process-failure.ts";

/** Codex did not answer a request in time: it hangs, or it could not read the request, which it then drops. */
export class UnansweredRequestError extends ProcessFailure {
  override readonly name: string = "UnansweredRequestError";
  readonly kind = "process";

  constructor(method: string, timeoutMs: number) {
    super(
      `Codex did not answer \`${method}\` within ${timeoutMs / 1_000} s. ` +
        "Run it again; if that happens each time, use `transport: 'exec'`.",
    );
  }
}
