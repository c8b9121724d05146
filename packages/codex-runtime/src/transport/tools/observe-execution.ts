import { inspect } from "node:util";
import type { BridgedTool, ToolCallResult, ToolObserver } from "@ktx/mcp-bridge";

type Execute = BridgedTool["execute"];

/** The observer of the calls of one bridge. */
export interface ExecutionListener {
  /** Read at the start of each call. */
  findObserver(): ToolObserver | undefined;
  /** Counts the calls from 1. */
  nextCallId(): number;
  /** Receives an error that the observer threw or rejected with. */
  onError(error: unknown): void;
}

/**
 * An `execute` that reports each call to an observer, for a custom bridge that reports nothing itself. Data that only
 * the bridge has is missing: refused calls do not appear, the arguments are the parsed ones, the wait for a turn is
 * 0, and the sizes are those of the values as JSON.
 */
export function observeExecution(
  execute: Execute,
  { alias, name }: { readonly alias: string; readonly name: string },
  listener: ExecutionListener,
): Execute {
  return async (input, context) => {
    const observer = listener.findObserver();
    if (observer === undefined) return execute(input, context);
    const startedAt = performance.now();
    const { value, text: argumentText } = copyOf(input);
    const call = {
      callId: listener.nextCallId(),
      alias,
      name,
      arguments: value,
      argumentBytes: Buffer.byteLength(argumentText),
    };
    const tell = (act: () => unknown): void => void attempt(act, listener.onError);
    const end = (
      facts: Pick<ToolCallResult, "outcome" | "text" | "error">,
      bytes: number,
    ): void => {
      const durationMs = performance.now() - startedAt;
      const sizes = { durationMs, waitedMs: 0, resultBytes: bytes, sentBytes: bytes };
      tell(() => observer.onResult?.({ ...call, ...facts, ...sizes }));
    };
    tell(() => observer.onCall?.(call));
    try {
      const output = await execute(input, context);
      const { text } = copyOf(output);
      end({ outcome: "ok", text: text.slice(0, longestText) }, Buffer.byteLength(text));
      return output;
    } catch (error) {
      const outcome = context?.signal?.aborted ? "cancelled" : "error";
      const text = error instanceof Error ? error.message : inspect(error, { depth: 0 });
      end({ outcome, error: text.slice(0, longestText) }, Buffer.byteLength(text));
      throw error;
    }
  };
}

const longestText = 4_096;

/** The value as JSON, copied because the tool may change its input. */
function copyOf(value: unknown): { readonly value: object; readonly text: string } {
  try {
    const json = JSON.stringify(value) ?? "";
    const copy: unknown = json === "" ? {} : JSON.parse(json);
    return {
      value: typeof copy === "object" && copy !== null ? copy : {},
      text: typeof value === "string" ? value : json,
    };
  } catch {
    return { value: {}, text: "" };
  }
}

async function attempt(act: () => unknown, onError: (error: unknown) => void): Promise<void> {
  try {
    await act();
  } catch (error) {
    onError(error);
  }
}
