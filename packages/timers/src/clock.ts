/** The two clocks of a run. */
export interface Clock {
  /** Milliseconds since the epoch, on a clock that may be set at any moment. Only for reset times. */
  readonly now: () => number;
  /** Milliseconds on a monotonic clock, for durations and deadlines. */
  readonly monotonicNow: () => number;
}

/** The clocks of a run, as options. */
export interface ClockOptions {
  /**
   * The present time in milliseconds since the epoch, used only for the reset times of limits.
   * @default Date.now
   */
  readonly now?: () => number;
  /**
   * The present time in milliseconds on a monotonic clock, for durations and deadlines.
   * @default performance.now, rounded
   */
  readonly monotonicNow?: () => number;
}

/** The given clocks, or those of the machine. */
export function resolveClock({ now, monotonicNow }: ClockOptions): Clock {
  return {
    now: now ?? ((): number => Date.now()),
    monotonicNow: monotonicNow ?? ((): number => Math.round(performance.now())),
  };
}
