/** The tools that one attempt of a call has started, independent of Codex's events. */
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
   * @throws once the attempt is repeated: a tool that starts then would have its effect twice.
   */
  start(name: string): void {
    if (this.#isRepeated)
      throw new Error(`${name} was not started: its turn has ended and is being repeated.`);
    this.#names.add(name);
  }

  /** Refuses every later start. */
  repeat(): void {
    this.#isRepeated = true;
  }
}
