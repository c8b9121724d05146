/** The most milliseconds that Node sets one timer for: a longer one fires at once. */
export const longestTimerMs: number = 2 ** 31 - 1;

/**
 * Calls back once, after this many milliseconds, however many; disposing ends it. Node's timers follow a
 * monotonic clock, so that setting the machine's clock does not move them.
 */
export function startTimer(callback: () => void, delayMs: number): Disposable {
  let timer: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    const partMs = Math.min(leftMs, longestTimerMs);
    timer = setTimeout(() => (leftMs > partMs ? wait(leftMs - partMs) : callback()), partMs);
  };
  wait(Math.max(0, delayMs));
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
