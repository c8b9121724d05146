import { ProcessFailure } from "./process-failure.ts";

/** The program that was run as Codex is another one: it ended without an error, or printed output, but no event. */
export class ForeignProgramError extends ProcessFailure {
  override readonly name: string = "ForeignProgramError";
  readonly kind = "codex-config";

  constructor(codexPath: string, options?: ErrorOptions) {
    super(
      `Expected the events of Codex from ${codexPath}, got none. ` +
        "Check that the path leads to the Codex binary.",
      options,
    );
  }
}

/** A Codex that is too old for the app-server transport. */
export class MissingAppServerError extends ProcessFailure {
  override readonly name: string = "MissingAppServerError";
  readonly kind = "codex-config";

  constructor(codexPath: string) {
    super(
      `The Codex at ${codexPath} has no app-server. ` +
        "Use the one that @openai/codex-sdk brings, or `transport: 'exec'`.",
    );
  }
}
