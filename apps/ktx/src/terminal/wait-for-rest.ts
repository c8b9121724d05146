/** Milliseconds that a user who keeps changing the size of the terminal holds up the end of an answer at most. */
const mostMs = 2_000;

/**
 * Waits until something rests: at once where it does, and for two seconds at most.
 *
 * @param restsInMs the milliseconds until it rests, as far as is known now; 0 or less where it does.
 * @param signal ends the wait at once.
 */
export async function waitForRest(restsInMs: () => number, signal: AbortSignal): Promise<void> {
  const untilMs = performance.now() + mostMs;
  for (;;) {
    const ms = Math.min(restsInMs(), untilMs - performance.now());
    if (ms <= 0 || signal.aborted) return;
    await pause(ms, signal);
  }
}

/** Keeps the process alive, unlike the timers of a screen. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
    resolve();
  };
  // A timer may fire a fraction of a millisecond early.
  const timer = setTimeout(end, Math.ceil(ms));
  signal.addEventListener("abort", end, { once: true });
  return promise;
}
