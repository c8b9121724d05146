import { describeValue, ToolBridgeError } from "./bridge-error.ts";

/** What the bridge takes from a client and gives to it, at most. */
export interface ToolBridgeLimits {
  /** UTF-8 bytes of text of one result; Codex shows the model about 48,000 and cuts the middle out. @default 40_000 */
  readonly maxOutputBytes: number;
  /** Bytes of one request's body. @default 4 MiB */
  readonly maxBodyBytes: number;
  /** Bytes of one request's headers. @default 16 KiB */
  readonly maxHeaderBytes: number;
  /** Milliseconds for a request to arrive whole. @default 15_000 */
  readonly requestTimeoutMs: number;
  /** Admitted requests per second, with a burst of as many: the bound of a client that runs wild. @default 10_000 */
  readonly requestsPerSecond: number;
  /** Open connections; the oldest that was never admitted makes room for a new one. @default 256 */
  readonly maxConnections: number;
  /** MCP sessions; the one idle for longest makes room for a new one. @default 64 */
  readonly maxSessions: number;
}

/** Fills in the defaults. @throws {ToolBridgeError} `invalid-limit` for what is no number of 1 or more. */
export function resolveLimits(limits: Partial<ToolBridgeLimits> = {}): ToolBridgeLimits {
  const resolved = { ...defaults, ...limits };
  for (const [name, value] of Object.entries(resolved))
    if (!(value >= 1))
      throw new ToolBridgeError(
        "invalid-limit",
        `Expected the limit ${name} to be a number of 1 or more, got ${describeValue(value)}. Leave it out for the default.`,
      );
  return resolved;
}

const defaults: ToolBridgeLimits = {
  maxOutputBytes: 40_000,
  maxBodyBytes: 4 * 1024 * 1024,
  maxHeaderBytes: 16 * 1024,
  requestTimeoutMs: 15_000,
  requestsPerSecond: 10_000,
  maxConnections: 256,
  maxSessions: 64,
};
