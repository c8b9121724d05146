import { describeValue, ToolBridgeError } from "../bridge-error.ts";
import { isCount, maxCount } from "../bridge-limits.ts";
import type { McpServer } from "./mcp-server.ts";
import { serverName } from "./server-name.ts";
import { defaultToolTimeoutMs, type ToolSet } from "../tool/tool-set.ts";

export interface McpToolsOptions {
  /** The server's name in errors. @default its program, or its host and port */
  readonly name?: string;
  /** The prefix of each tool's name, so that two servers may have tools of the same name. @default none */
  readonly prefix?: string;
  /** The tools to use, by their names on the server: each tool costs tokens in each request. @default all */
  readonly only?: readonly string[];
  /** Milliseconds that a call of each tool may take. @default 60_000 */
  readonly timeoutMs?: number;
  /** Milliseconds that the server may take to start, and to list its tools. @default 60_000 */
  readonly connectTimeoutMs?: number;
  /** Ends the connection when it fires, also while it starts. */
  readonly signal?: AbortSignal;
  /** The variables of the host; a program gets only those that it needs to run. @default process.env */
  readonly hostEnv?: Readonly<Record<string, string | undefined>>;
  /** Called with the new tools after the server has reported a change. */
  readonly onToolsChanged?: (toolSet: ToolSet) => void;
}

/** The tools of a connected MCP server. Dispose it to end the server and its descendants. */
export interface McpTools extends AsyncDisposable {
  /**
   * The tools for a run; another set after the server has reported a change, while a running run keeps its set. The start
   * of a run refuses two tools of the same name.
   */
  readonly toolSet: ToolSet;
  /** Idempotent. Ends the calls that still run. */
  close(): Promise<void>;
}

/**
 * Connects to an MCP server and offers its tools like own tools, with the same limits, queues, observers and bounds of
 * results. If the server has ended or cannot be reached, the call fails, and the model reads the reason.
 *
 * @throws {ToolBridgeError} `invalid-mcp-server`; `mcp-server-failed`; for names that cannot be offered
 * `invalid-tool-name` and `duplicate-tool-name`; `invalid-limit`. The signal's reason when it fires first.
 */
export async function connectMcpTools(
  server: McpServer,
  options: McpToolsOptions = {},
): Promise<McpTools> {
  const { signal, connectTimeoutMs = 60_000, timeoutMs = defaultToolTimeoutMs } = options;
  const name = serverName(server);
  for (const [limit, value] of Object.entries({ connectTimeoutMs, timeoutMs }))
    checkLimit(limit, value);
  signal?.throwIfAborted();
  // Loads the client of the SDK, which most programs do not need.
  const { openMcpTools } = await import("./open-mcp-tools.ts");
  return openMcpTools({
    hostEnv: process.env,
    name,
    ...options,
    server,
    connectTimeoutMs,
    timeoutMs,
  });
}

function checkLimit(name: string, value: number): void {
  if (!isCount(value))
    throw new ToolBridgeError(
      "invalid-limit",
      `Expected ${name} to be a whole number from 1 to ${maxCount}, got ${describeValue(value)}. Leave it out for 60 s.`,
    );
}
