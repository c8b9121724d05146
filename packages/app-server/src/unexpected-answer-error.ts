import { ProcessFailure } from "@ktx/codex-process";

/** Codex answered a request in a form that this client does not know: it is too old or too new. */
export class UnexpectedAnswerError extends ProcessFailure {
  override readonly name: string = "UnexpectedAnswerError";
  readonly kind = "codex-config";

  /** @param expected A noun with its article. */
  constructor(method: string, expected: string, answer: unknown) {
    super(
      `Expected Codex to answer ${method} with the id of ${expected}, got ${JSON.stringify(answer).slice(0, 500)}. ` +
        "This Codex may be too old or too new: use the one that @openai/codex-sdk brings, or `transport: 'exec'`.",
    );
  }
}
