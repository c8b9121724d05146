import { describeThrown } from "../describe-thrown.ts";
import type { ToolObserver } from "./tool-observer.ts";

/** Receives an error that a method of an observer threw, or that its promise rejected with. */
export type ObserverErrorHandler = (error: unknown) => void;

/** The observers of one bridge. An observer that fails costs no call: its errors go to its own handler. */
export interface ObserverList {
  /** Returns the function that removes the observer. */
  add(observer: ToolObserver, onError?: ObserverErrorHandler): () => void;
  /** True when an observer listens to this event, so that the event is built only then. */
  hears(event: keyof ToolObserver): boolean;
  /** Passes every observer to `call`, which calls its method. Never throws. */
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
