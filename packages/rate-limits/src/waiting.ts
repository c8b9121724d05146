/** Work that has not started, or that starts again after a limit. */
export interface Entrance {
  readonly signal: AbortSignal | undefined;
  /** Milliseconds that the work has waited for earlier limits. */
  readonly waitedMs: number;
  /** The number of its turns. */
  readonly round: number;
}

export interface Waiting {
  readonly sinceMs: number;
  readonly waitedMs: number;
  /** Milliseconds that it has waited for limits since then. */
  limitMs: number;
  readonly left: AbortController;
}
