import { settleWithin } from "./settle-within.ts";
import type { TurnStopper } from "./turn-stop.ts";

/** How long a runner may take to end what it started, after the turn is over. */
const releaseTimeoutMs = 10_000;

/** The values of a stream until it ends, the consumer breaks, or the stopper fires; then it is released. */
export async function* takeEvents(
  open: (signal: AbortSignal) => Promise<AsyncIterable<unknown>>,
  stopper: TurnStopper,
): AsyncGenerator<unknown, void> {
  const opening = open(stopper.signal);
  const events = await Promise.race([opening, stopper.whenStopped]);
  if (events === undefined) {
    // It may still open; whoever is behind it heard the signal.
    opening.catch(ignore);
    return;
  }
  const iterator = events[Symbol.asyncIterator]();
  try {
    while (stopper.stopped === undefined) {
      const next = iterator.next();
      next.catch(ignore);
      const step = await Promise.race([next, stopper.whenStopped]);
      if (step === undefined || step.done === true) return;
      yield step.value;
    }
  } finally {
    await settleWithin(iterator.return?.(), releaseTimeoutMs);
  }
}

function ignore(): void {
  // The turn is over; what its remains say no longer matters.
}
