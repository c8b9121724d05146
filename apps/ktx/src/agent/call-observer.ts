import { codexToolName } from "@ktx/codex-runtime";
import type { ToolObserver } from "@ktx/mcp-bridge";

/** One call of a tool, as it ended. */
export interface ObservedCall {
  /** The name that the model called. */
  readonly tool: string;
  /** What the model gave it. */
  readonly input: unknown;
  readonly durationMs: number;
  /** What the model was told went wrong; absent where nothing did. */
  readonly error?: string;
}

/** Hears of each call when it begins and when it ends, also of one that the tool's schema refuses. */
export interface CallObserver {
  readonly onCallStart: (tool: string, input: unknown) => void;
  readonly onCallEnd: (call: ObservedCall) => void;
}

/** What the bridge tells, as a display takes it. */
export function toToolObserver(observer: CallObserver): ToolObserver {
  return {
    onCall: ({ name, arguments: input }) => observer.onCallStart(codexToolName(name), input),
    onResult: ({ name, arguments: input, durationMs, error }) =>
      observer.onCallEnd({
        tool: codexToolName(name),
        input,
        durationMs,
        ...(error !== undefined && { error }),
      }),
  };
}
