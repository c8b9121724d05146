import type { ToolVerdict } from "../tool/tool-approval.ts";

/**
 * Observes the events of the bridge as they happen. A method may return a promise, which nothing waits for. A
 * method that throws or rejects never costs a call: the error goes to `onObserverError`.
 */
export interface ToolObserver {
  /** The admitted client has listed the tools, which proves that it has them. */
  readonly onToolsListed?: (event: ToolsListed) => unknown;
  /** A call has arrived. It may still have to wait for its turn. */
  readonly onCall?: (event: ToolCall) => unknown;
  /** The call has ended. Every `onCall` is followed by one `onResult` of the same `callId`. */
  readonly onResult?: (event: ToolCallResult) => unknown;
}

export interface ToolsListed {
  /** The name that the client gave itself, for instance `codex-mcp-client`. */
  readonly client: { readonly name: string; readonly version: string } | undefined;
  readonly names: readonly string[];
}

export interface ToolCall {
  /** Counts the calls of one bridge from 1; the same in `ToolCallResult`. */
  readonly callId: number;
  /** The model's id of the call; absent where the transport does not have it, as over MCP. */
  readonly modelCallId?: string;
  readonly alias: string;
  readonly name: string;
  /** A copy of the arguments as the client sent them, whole; the tool's schema may still refuse them. */
  readonly arguments: object;
  /** UTF-8 bytes of the arguments as JSON. */
  readonly argumentBytes: number;
}

export interface ToolCallResult extends ToolCall {
  /**
   * `error`: the tool or its schema refused the call. `cancelled`: the client cancelled the call or left. `denied`: the
   * decision about the call kept the tool from running.
   */
  readonly outcome: "ok" | "error" | "timeout" | "cancelled" | "denied";
  /** The decision about the call; absent where nobody decided. */
  readonly approval?: ToolVerdict;
  /** The arguments with which the tool ran, where the decision gave others. */
  readonly changedArguments?: object;
  /** The text sent to the model (without media) when the outcome is `ok` or `denied`, cut at 4,096 characters. */
  readonly text?: string;
  /** The text sent to the model with any other outcome, cut at 4,096 characters. */
  readonly error?: string;
  /** Milliseconds of the whole call; `waitedMs` of them passed before its turn, those of the decision included. */
  readonly durationMs: number;
  readonly waitedMs: number;
  /** UTF-8 bytes of text (without media): as the tool returned it, and as sent after the output limit. */
  readonly resultBytes: number;
  readonly sentBytes: number;
}
