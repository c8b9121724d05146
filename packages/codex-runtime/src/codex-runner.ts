import type { TokenUsage } from "@ktx/codex-events";

/** What one Codex turn is started with. Everything that a runner needs is here; secrets only in `env`. */
export interface CodexRunnerInput {
  /** The caller's project. A runner may choose another working directory for the model. */
  readonly projectDir: string;
  readonly model: string;
  /** The whole user text of the turn. */
  readonly prompt: string;
  /** Codex configuration (`config.toml` keys as nested objects) that this run adds. */
  readonly configOverrides?: Readonly<Record<string, unknown>>;
  /** Only the variables that this run adds: with tools, exactly the bridge's token. */
  readonly env?: Readonly<Record<string, string>>;
  /** A JSON Schema in the service's strict subset; the answer's text is then JSON. */
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  /** Ends the turn and everything that the runner started for it. */
  readonly signal?: AbortSignal;
  /** Takes what the runner learns beside the events. */
  readonly observer?: TurnObserver;
}

/** What is not in the events. A runner tells what it can, when it learns it; nothing of it is due. */
export interface TurnObserver {
  /** Tokens that the turn has used so far, from a transport that says so while it runs. */
  onUsage(usage: TokenUsage): void;
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
}
