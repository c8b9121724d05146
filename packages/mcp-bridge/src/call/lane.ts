/** Runs a bounded number of calls at once; the others wait in order of arrival. */
export interface Lane {
  /** Resolves with the function that ends the turn, once the turn of this call has come; rejects with the signal's reason. */
  enter(signal: AbortSignal): Promise<() => void>;
}

export function createLane(width: number): Lane {
  let running = 0;
  const waiting = new Set<() => void>();

  function leave(): void {
    running -= 1;
    const [next] = waiting;
    next?.();
  }

  function turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        waiting.delete(begin);
        signal.removeEventListener("abort", giveUp);
      };
      const begin = (): void => {
        settle();
        running += 1;
        resolve();
      };
      const giveUp = (): void => {
        settle();
        reject(signal.reason);
      };
      waiting.add(begin);
      signal.addEventListener("abort", giveUp, { once: true });
    });
  }

  return {
    async enter(signal) {
      signal.throwIfAborted();
      if (running < width) running += 1;
      else await turn(signal);
      return leave;
    },
  };
}
