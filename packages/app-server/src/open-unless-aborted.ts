import { settleWithin } from "@ktx/timers";

/** Milliseconds that a start may go on after nobody waits for it. */
const patienceMs = 3_000;

/**
 * Waits for something that is being opened, as long as the signal lets it. What opens later is closed; the process of
 * one that takes too long is given up.
 *
 * @param giveUp Called where it is still opening after the bound.
 * @throws its error; the signal's reason.
 */
export async function openUnlessAborted<Opened extends AsyncDisposable>(
  opening: Promise<Opened>,
  signal: AbortSignal,
  giveUp: () => void,
): Promise<Opened> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([opening, aborted.promise]);
  } catch (error) {
    if (!signal.aborted) throw error;
    let isLate = true;
    const closing = opening.then(
      (opened) => opened[Symbol.asyncDispose](),
      () => {},
    );
    await settleWithin(
      closing.finally(() => {
        isLate = false;
      }),
      patienceMs,
    );
    if (isLate) giveUp();
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
