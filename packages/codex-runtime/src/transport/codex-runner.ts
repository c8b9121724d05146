/** The input of one turn. Secrets only in `env`. */
export interface CodexRunnerInput {
  /** The caller's project. A runner may choose another working directory for the model. */
  readonly projectDir: string;
  readonly model: string;
  /** The whole user text of the turn, the system text included. */
  readonly prompt: string;
  /** Codex configuration (`config.toml` keys as nested objects) that this run adds. */
  readonly configOverrides?: Readonly<Record<string, unknown>>;
  /** Only the variables that this run adds: with tools, exactly the bridge's token. */
  readonly env?: Readonly<Record<string, string>>;
  /** A JSON Schema in the service's strict subset; the text of the answer is then JSON. */
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  /** Ends the turn and every process that the runner started for it. */
  readonly signal?: AbortSignal;
}

/**
 * The caller's own way to run Codex. Each value is one event of `codex exec --experimental-json`; the runtime trusts
 * none of them and parses each with `@ktx/codex-events`.
 *
 * The iterable may throw after it yielded events (the SDK does on a non-zero exit); the events then decide.
 * `return()` on its iterator must end everything that still runs.
 */
export interface CodexRunner {
  runStreamed(input: CodexRunnerInput): Promise<AsyncIterable<unknown>>;
}
