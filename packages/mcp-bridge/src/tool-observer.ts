/**
 * Hears what happens on the bridge, as it happens. A method may return a promise, which nothing waits for.
 * What a method throws, or its promise rejects with, never costs a call: it goes to `onObserverError`.
 */
export interface ToolObserver {
  /** The admitted client has asked for the list of tools: proof that it really has them. */
  readonly onToolsListed?: (event: ToolsListed) => unknown;
  /** A call has arrived. It may have to wait for its turn. */
  readonly onCall?: (event: ToolCall) => unknown;
  /** The call has ended. Every `onCall` is followed by one `onResult` of the same `callId`. */
  readonly onResult?: (event: ToolCallResult) => unknown;
}

export interface ToolsListed {
  /** How the client named itself, for instance `codex-mcp-client`. */
  readonly client: { readonly name: string; readonly version: string } | undefined;
  readonly names: readonly string[];
}

export interface ToolCall {
  /** Counts the calls of one bridge from 1; the same in `ToolCallResult`. */
  readonly callId: number;
  readonly alias: string;
  readonly name: string;
  /** A copy of what the client sent, whole; the tool's schema may yet refuse it. */
  readonly arguments: object;
  /** UTF-8 bytes of the arguments as JSON. */
  readonly argumentBytes: number;
}

export interface ToolCallResult extends ToolCall {
  /** `error` is a result that the tool or its schema refused; `cancelled` also says that the client has left. */
  readonly outcome: "ok" | "error" | "timeout" | "cancelled";
  /** The text that the model is sent (media apart) where the outcome is `ok`, at most 4,096 characters of it. */
  readonly text?: string;
  /** The text that the model is sent where the outcome is not `ok`, at most 4,096 characters of it. */
  readonly error?: string;
  /** Of the whole call, `waitedMs` of it before its turn came. */
  readonly durationMs: number;
  readonly waitedMs: number;
  /** UTF-8 bytes of text (media apart) that the tool returned, and that were sent after the output limit. */
  readonly resultBytes: number;
  readonly sentBytes: number;
}
