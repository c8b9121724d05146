/** What went wrong before a tool could be offered; tools that fail while they run are results for the model instead. */
export type ToolBridgeErrorCode =
  | "invalid-tool"
  | "invalid-tool-name"
  | "duplicate-tool-name"
  | "invalid-description"
  | "invalid-input-schema"
  | "invalid-output-schema"
  | "listen-failed"
  | "closed";

/** Every error that this package throws. The message says what was expected, what came, and what to do. */
export class ToolBridgeError extends Error {
  override readonly name = "ToolBridgeError";
  readonly code: ToolBridgeErrorCode;

  constructor(code: ToolBridgeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
