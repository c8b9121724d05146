import { inspect } from "node:util";
import { asSentence } from "./as-sentence.ts";
import { emitRuntimeWarning, type OnWarning, type RuntimeWarning } from "./runtime-warning.ts";

/**
 * Calls a callback of the caller, immediately and without waiting for a promise that it returns. The run does not depend
 * on it: an error that it throws, or rejects with, becomes a warning.
 *
 * @param name The callback as the caller knows it, such as `onMetrics`.
 */
export function callBack(name: string, call: () => unknown, warn: OnWarning): void {
  void attempt(call, (error) => warnOfCallback(name, error, warn));
}

/** Warns of any value that a callback threw or rejected with. */
export function warnOfCallback(name: string, error: unknown, warn: OnWarning): void {
  try {
    warn(describeCallbackError(name, error));
  } catch {
    // An error whose properties throw cannot be searched for secrets.
    warn(describeCallbackError(name, unreadable));
  }
}

/** The caller's `onWarning`, which cannot throw. Its own error, and the lost warning, become process warnings. */
export function guardWarnings(onWarning: OnWarning = emitRuntimeWarning): OnWarning {
  return (warning) =>
    void attempt(
      () => onWarning(warning),
      (error) => {
        emitRuntimeWarning(warning);
        emitRuntimeWarning(describeCallbackError("onWarning", error));
      },
    );
}

function describeCallbackError(callback: string, error: unknown): RuntimeWarning {
  const message = `\`${callback}\` failed: ${describe(error)} The run continues without it.`;
  return { kind: "callback-failed", message, callback, error };
}

const unreadable = "The thrown value cannot be read";

function describe(error: unknown): string {
  try {
    const text =
      error instanceof Error
        ? error.message
        : typeof error === "string"
          ? error
          : inspect(error, { depth: 0 });
    return asSentence(text);
  } catch {
    return `${unreadable}.`;
  }
}

/** Acts immediately; `onError` must not throw. */
async function attempt(act: () => unknown, onError: (error: unknown) => void): Promise<void> {
  try {
    await act();
  } catch (error) {
    onError(error);
  }
}
