import { setImmediate as turn } from "node:timers/promises";
import type { BatchClock } from "../src/index.ts";

/** A clock whose time passes as soon as nothing else happens. */
export interface VirtualClock extends BatchClock {
  /** Sets the wall clock, as a user or a time server does; the monotonic clock stays. */
  readonly setWall: (byMs: number) => void;
  /** Runs the work while the time passes by itself. */
  readonly drive: <Result>(work: Promise<Result>) => Promise<Result>;
}

interface Timer {
  readonly atMs: number;
  readonly resolve: () => void;
}

/** Turns of the event loop without a new timer after which nothing else happens. */
const quietTurns = 4;

export function openVirtualClock(startMs: number = 1_800_000_000_000): VirtualClock {
  let monotonicMs = 0;
  let wallAheadMs = startMs;
  let changes = 0;
  const timers = new Set<Timer>();
  const pass = (): void => {
    const [first] = [...timers].toSorted((a, b) => a.atMs - b.atMs);
    if (first === undefined) return;
    monotonicMs = Math.max(monotonicMs, first.atMs);
    first.resolve();
  };
  return {
    now: () => monotonicMs + wallAheadMs,
    monotonicNow: () => monotonicMs,
    setWall: (byMs) => {
      wallAheadMs += byMs;
    },
    wait: async (delayMs, signal) => {
      if (signal?.aborted === true) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer: Timer = { atMs: monotonicMs + delayMs, resolve };
      timers.add(timer);
      changes += 1;
      const end = (): void => resolve();
      signal?.addEventListener("abort", end, { once: true });
      await promise;
      signal?.removeEventListener("abort", end);
      timers.delete(timer);
      changes += 1;
    },
    drive: async (work) => {
      const state = { isSettled: false };
      const end = (): void => {
        state.isSettled = true;
      };
      work.then(end, end);
      for (let quiet = 0, seen = changes; !state.isSettled;) {
        await turn();
        quiet = changes === seen ? quiet + 1 : 0;
        seen = changes;
        if (quiet < quietTurns) continue;
        pass();
        quiet = 0;
      }
      return await work;
    },
  };
}
