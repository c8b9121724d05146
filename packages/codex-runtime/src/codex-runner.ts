import type { TokenUsage } from "@ktx/codex-events";

/** What a thread of Codex is started with; it holds for all its turns. Secrets only in `env`. */
export interface CodexThreadInput {
  /** The caller's project. A runner may choose another working directory for the model. */
  readonly projectDir: string;
  readonly model: string;
  /** Codex configuration (`config.toml` keys as nested objects) that this run adds. */
  readonly configOverrides?: Readonly<Record<string, unknown>>;
  /** Only the variables that this run adds: with tools, exactly the bridge's token. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What one turn of a thread is started with. */
export interface CodexTurnInput {
  /** The whole user text of the turn. */
  readonly prompt: string;
  /** A JSON Schema in the service's strict subset; the answer's text is then JSON. */
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  /** Ends the turn and everything that the runner started for it. */
  readonly signal?: AbortSignal;
  /** Takes what the runner learns beside the events. */
  readonly observer?: TurnObserver;
}

/** What one turn in a thread of its own is started with. */
export interface CodexRunnerInput extends CodexThreadInput, CodexTurnInput {}

/** What is not in the events. A runner tells what it can, when it learns it; nothing of it is due. */
export interface TurnObserver {
  /** Tokens that the turn has used so far, from a transport that says so while it runs. */
  onUsage(usage: TokenUsage): void;
  /** Codex is at work, though no event came of it: the model's words as they come, for instance. */
  onActivity(): void;
  /** Codex waits this many milliseconds before it asks the service again, and says nothing meanwhile. */
  onRetry?(delayMs: number): void;
  /** The end of what Codex has written to standard error. */
  onStderr(tail: string): void;
}

/**
 * The port to Codex. What comes out is foreign data, one event of `codex exec --experimental-json`
 * each, and is never trusted: the runtime parses it with `@ktx/codex-events`.
 *
 * The iterable may throw after it yielded events (the SDK does on a non-zero exit); the events then
 * decide. `return()` on its iterator must end whatever still runs.
 */
export interface CodexRunner {
  runStreamed(input: CodexRunnerInput): Promise<AsyncIterable<unknown>>;
  /**
   * A thread that takes one turn after the other, each of which knows those before it. Nothing is
   * started before the first turn. A runner without it gives each turn a thread of its own.
   */
  openThread?(input: CodexThreadInput): CodexThread;
}

/**
 * A thread between its turns; disposing it ends what runs for it, and nothing of it is left.
 *
 * A turn that ends by its terminal event leaves the thread open for the next. One that ends in any other
 * way ends the thread with it.
 */
export interface CodexThread extends AsyncDisposable {
  /** One turn, as `CodexRunner.runStreamed` gives it; the tokens at its end are the turn's own. */
  runStreamed(input: CodexTurnInput): Promise<AsyncIterable<unknown>>;
}
