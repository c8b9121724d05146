/** Waits for work whose outcome does not matter, but no longer than this many milliseconds; never rejects. */
export async function settleWithin(work: unknown, patienceMs: number): Promise<void> {
  const patience = Promise.withResolvers<void>();
  const timer = setTimeout(patience.resolve, patienceMs);
  await Promise.race([Promise.resolve(work).catch(() => {}), patience.promise]);
  clearTimeout(timer);
}
