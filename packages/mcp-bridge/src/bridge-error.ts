/** The reason why a tool set cannot be offered. A tool that fails while it runs gives the model a result instead. */
export type ToolBridgeErrorCode =
  | "invalid-tool"
  | "invalid-tool-name"
  | "duplicate-tool-name"
  | "invalid-description"
  | "invalid-input-schema"
  | "invalid-output-schema"
  | "invalid-limit"
  | "listen-failed"
  /** An MCP server whose command or address cannot be used. */
  | "invalid-mcp-server"
  /** An MCP server that did not start, did not answer, or gave tools that cannot be read. */
  | "mcp-server-failed";

/** Every error that this package throws. The message gives what was expected, what came, and the fix. */
export class ToolBridgeError extends Error {
  override readonly name = "ToolBridgeError";
  readonly code: ToolBridgeErrorCode;

  constructor(code: ToolBridgeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The three parts of a message about something of the caller's that cannot be used. */
export interface Refusal {
  readonly expected: string;
  readonly received: string;
  readonly fix: string;
}

export function refuseTool(
  code: ToolBridgeErrorCode,
  alias: string,
  { expected, received, fix }: Refusal,
  cause?: unknown,
): ToolBridgeError {
  const message = `Tool "${alias}": expected ${expected}, got ${received}. ${fix}`;
  return new ToolBridgeError(code, message, cause === undefined ? undefined : { cause });
}

/** A value of unknown type, as a message names it. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return value === "" ? "an empty text" : `"${value}"`;
  if (value === null || value === undefined || typeof value === "number") return String(value);
  if (typeof value === "object") return `an object of type ${value.constructor?.name ?? "unknown"}`;
  return `a ${typeof value}`;
}
