/** The answer of a service that refuses work for now. */
export interface Limit {
  /** `usage-limit`: a quota is used up; it ends at its reset. `rate-limit`: too much at once; it passes by itself. */
  readonly kind: "usage-limit" | "rate-limit";
  /** The service's sentence. */
  readonly message: string;
  /** When a usage limit resets; absent where the service does not say. */
  readonly resetsAt?: LimitReset;
  /** Milliseconds until a rate limit passes; absent where the service does not give them. */
  readonly retryAfterMs?: number;
}

export interface LimitReset {
  /** Milliseconds since the epoch; absent where nothing can say. */
  readonly atMs?: number;
  /** A time in minutes is that of the minute's beginning. @default "second" */
  readonly precision?: "second" | "minute" | "time-of-day";
}
