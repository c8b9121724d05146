import { codexToolName } from "@ktx/codex-runtime";
import type { ToolObserver } from "@ktx/mcp-bridge";

/** One call of a tool that has ended. */
export interface ObservedCall {
  /** The name that the model called. */
  readonly tool: string;
  /** The model's arguments. */
  readonly input: unknown;
  /** Milliseconds that the tool ran: neither the wait for its turn nor that for an approval. */
  readonly durationMs: number;
  /** The error that the model read; absent for a call without one. */
  readonly error?: string;
  /** True where somebody has declined the call: the tool has not run. */
  readonly isDenied?: boolean;
}

/** Observes the start and the end of each call, also of one that the tool's schema refuses. */
export interface CallObserver {
  readonly onCallStart: (tool: string, input: unknown) => void;
  /** Somebody has allowed a call that has started. */
  readonly onCallAllowed?: (tool: string, input: unknown) => void;
  readonly onCallEnd: (call: ObservedCall) => void;
}

/** Passes the events of the bridge to a display. */
export function toToolObserver(observer: CallObserver): ToolObserver {
  return {
    onCall: ({ name, arguments: input }) => observer.onCallStart(codexToolName(name), input),
    onResult: ({ name, arguments: input, durationMs, waitedMs, error, outcome }) =>
      observer.onCallEnd({
        tool: codexToolName(name),
        input,
        durationMs: durationMs - waitedMs,
        ...(error !== undefined && { error }),
        ...(outcome === "denied" && { isDenied: true }),
      }),
  };
}
