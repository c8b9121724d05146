import { readReconnect } from "@ktx/codex-events";
import type { RunObserver } from "./run-observer.ts";

/** The same observer, and the number of times that Codex has tried to reach the service. */
export function countTries(observer: RunObserver): {
  readonly observer: RunObserver;
  readonly tries: () => number;
} {
  let count = 0;
  return {
    observer: {
      ...observer,
      onEvent: (event) => {
        if (event.type === "turn.started" || readReconnect(event) !== undefined) count += 1;
        observer.onEvent?.(event);
      },
    },
    tries: () => count,
  };
}
