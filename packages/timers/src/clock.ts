/** The two clocks of a run. */
export interface Clock {
  /** Milliseconds since the epoch, by a clock that anybody may set at any moment. For reset times alone. */
  readonly now: () => number;
  /** Milliseconds from some start, by a clock that only goes forward. For durations and deadlines. */
  readonly monotonicNow: () => number;
}

/** The clocks of a run, in the form of options. */
export interface ClockOptions {
  /**
   * The present time in milliseconds since the epoch, which tells when a limit resets and nothing else.
   * @default Date.now
   */
  readonly now?: () => number;
  /**
   * Milliseconds on a clock that only goes forward, which measures durations and keeps deadlines.
   * @default performance.now, rounded
   */
  readonly monotonicNow?: () => number;
}

/** The clocks that are given, else those of the machine. */
export function resolveClock({ now, monotonicNow }: ClockOptions): Clock {
  return {
    now: now ?? ((): number => Date.now()),
    monotonicNow: monotonicNow ?? ((): number => Math.round(performance.now())),
  };
}
