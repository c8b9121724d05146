/** What was run as Codex is another program: it ended well, or printed something, without a single event. */
export class ForeignProgramError extends Error {
  override readonly name: string = "ForeignProgramError";

  constructor(codexPath: string, options?: ErrorOptions) {
    super(
      `Expected the events of Codex from ${codexPath}, got none. ` +
        "Check that the path leads to the Codex binary.",
      options,
    );
  }
}
