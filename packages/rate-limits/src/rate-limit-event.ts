import type { Limit } from "./limit.ts";
import type { UsageWindow } from "./usage-window.ts";

/** The events of a `RateLimitGovernor` for a progress display; times in milliseconds since the epoch. */
export type RateLimitEvent<Met extends Limit = Limit> =
  /** Some work met a limit, or the account reports it as reached; `failure.message` is the sentence. */
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
  /** The account reported a changed use of its quota; `windows` has all known windows. */
  | {
      readonly type: "usage_reported";
      readonly atMs: number;
      readonly windows: readonly UsageWindow[];
    }
  /** The use of a window has reached `warnAtPercent`; reported once until the window resets. */
  | { readonly type: "usage_warning"; readonly atMs: number; readonly window: UsageWindow }
  | { readonly type: "wait_finished"; readonly atMs: number; readonly waitedMs: number };
