import { startTimer } from "./start-timer.ts";

/** Resolves after this number of milliseconds, or as soon as the signal fires; never rejects. */
export async function wait(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const onAbort = (): void => resolve();
  using _ = startTimer(resolve, delayMs);
  signal?.addEventListener("abort", onAbort, { once: true });
  await promise;
  signal?.removeEventListener("abort", onAbort);
}
