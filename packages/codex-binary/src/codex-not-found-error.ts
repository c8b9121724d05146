/** There is no Codex binary where one is expected. The message gives the fix. */
export class CodexNotFoundError extends Error {
  override readonly name: string = "CodexNotFoundError";

  /** @param what A sentence without its full stop. */
  constructor(what: string, options?: ErrorOptions) {
    super(
      `${what}. Reinstall with optional dependencies, or give the path of a Codex binary as \`codexPath\`.`,
      options,
    );
  }
}
