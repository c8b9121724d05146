import type { Claim, UnitStore } from "../unit-store.ts";
import type { BatchClock } from "./batch-clock.ts";

/** Renews a claim's lease until it is disposed of. Calls back once if the lease is lost. */
export function holdLease(
  store: UnitStore,
  claim: Claim,
  clock: BatchClock,
  onLost: () => void,
): Disposable {
  const end = new AbortController();
  void renew();
  return { [Symbol.dispose]: () => end.abort() };

  async function renew(): Promise<void> {
    for (;;) {
      await clock.wait(claim.leaseMs / 3, end.signal);
      if (end.signal.aborted) return;
      try {
        if (await store.heartbeat(claim)) continue;
      } catch {
        // A store that is busy or full may take the next one; the end of the attempt shows a lasting fault.
        continue;
      }
      if (!end.signal.aborted) onLost();
      return;
    }
  }
}
