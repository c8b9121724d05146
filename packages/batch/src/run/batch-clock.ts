import { resolveClock, wait } from "@ktx/timers";
import type { UnitStore } from "../unit-store.ts";

/** The clocks and the timer of a run. */
export interface BatchClock {
  /** Milliseconds since the epoch, on a clock that may be set at any moment. */
  readonly now: () => number;
  /** Milliseconds on a monotonic clock, for durations. */
  readonly monotonicNow: () => number;
  /** Resolves after this number of milliseconds, or as soon as the signal fires; never rejects. */
  readonly wait: (delayMs: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** Milliseconds that a clock may differ from that of the store; the way to the store takes some, too. */
const mostSkewMs = 1_000;

/**
 * The clock, set by that of the store: the moments at which limits end mean the same to all workers, however the clocks
 * of their machines differ.
 */
export async function setByStore(
  clock: BatchClock,
  store: Pick<UnitStore, "now">,
): Promise<BatchClock> {
  const storeMs = await store.now();
  const aheadMs = storeMs - clock.now();
  return Math.abs(aheadMs) <= mostSkewMs ? clock : { ...clock, now: () => clock.now() + aheadMs };
}

/** The clocks of the machine. */
export function machineClock(): BatchClock {
  return { ...resolveClock({}), wait };
}
