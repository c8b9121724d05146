/** The answer of a service that refuses work for now. */
export interface Limit {
  /** `usage-limit`: a quota is used up until its reset. `rate-limit`: too many requests at once; it passes by itself. */
  readonly kind: "usage-limit" | "rate-limit";
  /** The service's sentence. */
  readonly message: string;
  /** When a usage limit resets; absent where the service does not give the time. */
  readonly resetsAt?: LimitReset;
  /** Milliseconds until a rate limit passes; absent where the service does not give the time. */
  readonly retryAfterMs?: number;
}

export interface LimitReset {
  /** Milliseconds since the epoch; absent where the time is unknown. */
  readonly atMs?: number;
  /** With `minute`, `atMs` is the beginning of the minute. @default "second" */
  readonly precision?: "second" | "minute" | "time-of-day";
}
