import { describeValue, ToolBridgeError } from "./bridge-error.ts";

/** Upper bounds of what the bridge accepts from a client and sends to it. */
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
  /** Open connections. At the limit, the oldest that was never admitted is closed, else the longest idle one. @default 256 */
  readonly maxConnections: number;
  /** MCP sessions. At the limit, the longest idle one is closed. @default 64 */
  readonly maxSessions: number;
}

/** Fills in the default limits. @throws {ToolBridgeError} `invalid-limit` for a limit that is not a whole number of 1 or more. */
export function resolveLimits(limits: Partial<ToolBridgeLimits> = {}): ToolBridgeLimits {
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (!Object.hasOwn(defaultLimits, name)) throw unknownLimit(name);
    if (!isCount(value))
      throw new ToolBridgeError(
        "invalid-limit",
        `Expected the limit ${name} to be a whole number from 1 to ${maxCount}, got ${describeValue(value)}. ` +
          "Leave it out for the default.",
      );
  }
  return { ...defaultLimits, ...Object.fromEntries(given) };
}

/** True for a whole number from 1 to `maxCount`. */
export function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= maxCount;
}

/** Also the longest delay of a Node timer, in milliseconds: a longer one fires at once. */
export const maxCount: number = 2 ** 31 - 1;

function unknownLimit(name: string): ToolBridgeError {
  return new ToolBridgeError(
    "invalid-limit",
    `There is no limit ${JSON.stringify(name)}. The limits are: ${Object.keys(defaultLimits).join(", ")}.`,
  );
}

export const defaultLimits: ToolBridgeLimits = {
  maxOutputBytes: 40_000,
  maxBodyBytes: 4 * 1024 * 1024,
  maxHeaderBytes: 16 * 1024,
  requestTimeoutMs: 15_000,
  requestsPerSecond: 10_000,
  maxConnections: 256,
  maxSessions: 64,
};
