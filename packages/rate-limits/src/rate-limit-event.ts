import type { Limit } from "./limit.ts";

/** The events of a `RateLimitGovernor` for a progress display; times in milliseconds since the epoch. */
export type RateLimitEvent<Met extends Limit = Limit> =
  /** Some work met a limit; `failure.message` is the service's sentence. */
  | { readonly type: "rate_limit_observed"; readonly atMs: number; readonly failure: Met }
  | {
      readonly type: "concurrency_adjusted";
      readonly atMs: number;
      readonly from: number;
      readonly to: number;
    }
  /** No work starts before `untilMs`. */
  | {
      readonly type: "wait_started";
      readonly atMs: number;
      readonly untilMs: number;
      readonly failure: Met;
    }
  | {
      readonly type: "wait_tick";
      readonly atMs: number;
      readonly untilMs: number;
      readonly remainingMs: number;
    }
  | { readonly type: "wait_finished"; readonly atMs: number; readonly waitedMs: number };
