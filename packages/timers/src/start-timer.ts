/** The longest delay of one Node timer, in milliseconds: a longer one fires at once. */
export const longestTimerMs: number = 2 ** 31 - 1;

/**
 * Calls back once after this number of milliseconds, which has no upper bound; disposing cancels it. Timers of Node
 * follow a monotonic clock, so a change of the machine's clock does not move them.
 *
 * @param keepsAlive False for a timer that does not keep the program alive.
 */
export function startTimer(
  callback: () => void,
  delayMs: number,
  { keepsAlive = true }: { readonly keepsAlive?: boolean } = {},
): Disposable {
  let timer: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    const partMs = Math.min(leftMs, longestTimerMs);
    timer = setTimeout(() => (leftMs > partMs ? wait(leftMs - partMs) : callback()), partMs);
    if (!keepsAlive) timer.unref();
  };
  wait(Math.max(0, delayMs));
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
