/** Lets a bounded number of calls run at once; the others wait their turn in order of arrival. */
export interface Lane {
  /** Resolves, when it is this call's turn, with what ends the turn; rejects with the signal's reason. */
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
