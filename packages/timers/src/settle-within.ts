import { startTimer } from "./start-timer.ts";

/** Waits for work whose outcome does not matter, at most this number of milliseconds; never rejects. */
export async function settleWithin(work: unknown, patienceMs: number): Promise<void> {
  const patience = Promise.withResolvers<void>();
  using _ = startTimer(patience.resolve, patienceMs);
  await Promise.race([Promise.resolve(work).catch(() => {}), patience.promise]);
}
