import { settleWithin } from "@ktx/timers";
import type { TurnSignal } from "../transport/transport.ts";
import type { TurnStopper } from "./turn-stop.ts";

/** Milliseconds within which a transport must end its processes, after the turn is over. */
const releaseTimeoutMs = 10_000;

/** The signals of a turn until it ends, the consumer breaks, or the stopper fires; then releases the turn. */
export async function* takeSignals(
  open: (signal: AbortSignal) => AsyncIterable<TurnSignal>,
  stopper: TurnStopper,
): AsyncGenerator<TurnSignal, void> {
  const iterator = open(stopper.signal)[Symbol.asyncIterator]();
  try {
    while (stopper.stopped === undefined) {
      const next = iterator.next();
      next.catch(() => {}); // Once the turn is over, its error no longer matters.
      const step = await Promise.race([next, stopper.whenStopped]);
      if (step === undefined || step.done === true) return;
      yield step.value;
    }
  } finally {
    await settleWithin(iterator.return?.(), releaseTimeoutMs);
  }
}
