/** Told what happens on the bridge, as it happens. What an observer throws is reported as a process warning. */
export interface ToolObserver {
  /** The admitted client has asked for the list of tools: proof that it really has them. */
  readonly onToolsListed?: (event: ToolsListed) => void;
  readonly onCall?: (event: ToolCall) => void;
  readonly onResult?: (event: ToolCallResult) => void;
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
  /** As the client sent them; the tool's schema may yet refuse them. */
  readonly arguments: object;
  /** UTF-8 bytes of the arguments as JSON. */
  readonly argumentBytes: number;
}

export interface ToolCallResult extends ToolCall {
  /** `error` is a result that the tool or its schema refused; `cancelled` also says that the client has left. */
  readonly outcome: "ok" | "error" | "timeout" | "cancelled";
  /** What the model is told went wrong; absent where nothing did. */
  readonly error?: string;
  /** Of the whole call, `waitedMs` of it before its turn came. */
  readonly durationMs: number;
  readonly waitedMs: number;
  /** UTF-8 bytes of text (media apart) that the tool returned, and that were sent after the output limit. */
  readonly resultBytes: number;
  readonly sentBytes: number;
}
