import type { McpTools, McpToolsOptions } from "./connect-mcp-tools.ts";
import type { ToolSet } from "../tool/tool-set.ts";
import { McpConnection, type McpConnectionOptions } from "./mcp-connection.ts";
import { serverToolSet } from "./server-tool-set.ts";

type OpenMcpToolsInput = McpConnectionOptions &
  Pick<McpToolsOptions, "prefix" | "only" | "onToolsChanged"> & { readonly timeoutMs: number };

/** Connects, and keeps the tools up to date until the connection is closed. */
export async function openMcpTools(input: OpenMcpToolsInput): Promise<McpTools> {
  const { signal, onToolsChanged } = input;
  const connection = new McpConnection(input);
  const onAbort = (): void => void connection[Symbol.asyncDispose]();
  let toolSet: ToolSet = {};
  try {
    toolSet = serverToolSet(connection, await connection.open(), input);
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  }
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted === true) onAbort();

  let listing: Promise<void> = Promise.resolve();
  async function refresh(): Promise<void> {
    try {
      toolSet = serverToolSet(connection, await connection.list(), input);
    } catch {
      // The earlier tools stay: a call of one that is gone fails with the server's reason.
      return;
    }
    onToolsChanged?.(toolSet);
  }
  connection.onListChanged(() => {
    listing = listing.then(refresh);
  });

  const close = async (): Promise<void> => {
    signal?.removeEventListener("abort", onAbort);
    await connection[Symbol.asyncDispose]();
  };
  return {
    get toolSet() {
      return toolSet;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
