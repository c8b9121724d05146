import { describeThrown } from "./describe-thrown.ts";
import type { ToolObserver } from "./tool-observer.ts";

/** Receives what a method of an observer threw, or what the promise that it returned rejected with. */
export type ObserverErrorHandler = (error: unknown) => void;

/** The observers of one bridge. No observer costs a call: its errors go to its own handler. */
export interface ObserverList {
  /** Returns the function that removes the observer. */
  add(observer: ToolObserver, onError?: ObserverErrorHandler): () => void;
  /** True where somebody listens to this event, so that it is built only then. */
  hears(event: keyof ToolObserver): boolean;
  /** Gives every observer to `call`, which calls its method. Never throws. */
  tell(call: (observer: ToolObserver) => unknown): void;
}

interface Entry {
  readonly observer: ToolObserver;
  readonly onError: ObserverErrorHandler;
}

export function createObserverList(): ObserverList {
  let entries: readonly Entry[] = [];
  return {
    add(observer, onError = warn) {
      const entry = { observer, onError };
      entries = [...entries, entry];
      return () => {
        entries = entries.filter((other) => other !== entry);
      };
    },
    hears: (name) => entries.some(({ observer }) => observer[name] !== undefined),
    tell(call) {
      for (const { observer, onError } of entries)
        void attempt(
          () => call(observer),
          (error) => void attempt(() => onError(error), warn),
        );
    },
  };
}

/** Acts at once. `onFailure` must not throw. */
async function attempt(act: () => unknown, onFailure: ObserverErrorHandler): Promise<void> {
  try {
    await act();
  } catch (error) {
    onFailure(error);
  }
}

function warn(error: unknown): void {
  try {
    process.emitWarning(error instanceof Error ? error : describeThrown(error));
  } catch {
    process.emitWarning(describeThrown(error));
  }
}
