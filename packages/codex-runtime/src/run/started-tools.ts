/** The tools that one attempt of a call has started, known whatever Codex's events say. */
export class StartedTools {
  readonly #names = new Set<string>();
  #isRepeated = false;

  /** Grows while the attempt runs. */
  get names(): ReadonlySet<string> {
    return this.#names;
  }

  /**
   * Records that a tool starts now.
   *
   * @throws once the attempt is repeated: what starts then would have its effect twice.
   */
  start(name: string): void {
    if (this.#isRepeated)
      throw new Error(`${name} was not started, because its turn has ended and is repeated.`);
    this.#names.add(name);
  }

  /** From now on nothing more is started. */
  repeat(): void {
    this.#isRepeated = true;
  }
}
