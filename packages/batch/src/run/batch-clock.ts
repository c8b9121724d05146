import { resolveClock, wait } from "@ktx/timers";

/** The clocks and the timer of a run. */
export interface BatchClock {
  /** Milliseconds since the epoch, on a clock that may be set at any moment. */
  readonly now: () => number;
  /** Milliseconds on a monotonic clock, for durations. */
  readonly monotonicNow: () => number;
  /** Resolves after this number of milliseconds, or as soon as the signal fires; never rejects. */
  readonly wait: (delayMs: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** The clocks of the machine. */
export function machineClock(): BatchClock {
  return { ...resolveClock({}), wait };
}
