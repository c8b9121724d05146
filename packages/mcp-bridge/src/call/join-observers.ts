import type { ToolObserver } from "./tool-observer.ts";

/** One observer that passes each event on to all of these, in order. An observer that throws stops none of the others. */
export function joinObservers(...observers: readonly (ToolObserver | undefined)[]): ToolObserver {
  const present = observers.filter((observer) => observer !== undefined);
  const passOn = async (calls: readonly (() => unknown)[]): Promise<void> => {
    const settled = await Promise.allSettled(calls.map(async (call) => call()));
    const failed = settled.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  };
  return {
    onToolsListed: (event) => passOn(present.map((one) => () => one.onToolsListed?.(event))),
    onCall: (event) => passOn(present.map((one) => () => one.onCall?.(event))),
    onResult: (event) => passOn(present.map((one) => () => one.onResult?.(event))),
  };
}
