import { describeValue, ToolBridgeError } from "./bridge-error.ts";
import { isCount, maxCount } from "./bridge-limits.ts";
import type { McpServer } from "./mcp-client/mcp-server.ts";
import { serverName } from "./mcp-client/server-name.ts";
import { defaultToolTimeoutMs, type ToolSet } from "./tool-set.ts";

export interface McpToolsOptions {
  /** The server's name in errors. @default its program, or its host and port */
  readonly name?: string;
  /** Stands before the name of each tool, so that two servers may have tools of one name. @default none */
  readonly prefix?: string;
  /** The tools to take, by the names that the server gives them: each tool costs tokens in each request. @default all */
  readonly only?: readonly string[];
  /** Milliseconds that a call of each tool may take. @default 60_000 */
  readonly timeoutMs?: number;
  /** Milliseconds that the server may take to start, and to list its tools. @default 60_000 */
  readonly connectTimeoutMs?: number;
  /** Ends the connection when it fires, also while it starts. */
  readonly signal?: AbortSignal;
  /** The variables of the host, of which a program gets those that it needs to run. @default process.env */
  readonly hostEnv?: Readonly<Record<string, string | undefined>>;
  /** Called with the new tools once the server says that they have changed. */
  readonly onToolsChanged?: (toolSet: ToolSet) => void;
}

/** The tools of a connected MCP server. Dispose it: the server then ends, with everything that it has started. */
export interface McpTools extends AsyncDisposable {
  /**
   * The tools for a run. Another set once the server says that they have changed; a run keeps the set that it has.
   * Beside other tools, a name that is there twice is refused when the run starts.
   */
  readonly toolSet: ToolSet;
  /** Idempotent. Fires the end of the calls that still run. */
  close(): Promise<void>;
}

/**
 * Connects to an MCP server and makes tools of its tools, with the limits, turns and observers of one's own. Each result
 * is bounded as theirs are. A server that has ended, or cannot be reached, fails the call, and the model reads why.
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
  const { openMcpTools } = await import("./mcp-client/open-mcp-tools.ts");
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
