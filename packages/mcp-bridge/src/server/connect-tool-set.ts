import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { resolveLimits, type ToolBridgeLimits } from "../bridge-limits.ts";
import type { ObserverErrorHandler } from "../call/observer-list.ts";
import { createToolHost } from "../call/tool-host.ts";
import type { ToolObserver } from "../call/tool-observer.ts";
import { createToolServer } from "./tool-server.ts";
import { resolveToolSet, type ToolSet } from "../tool/tool-set.ts";

export interface ToolConnectionOptions {
  readonly toolSet: ToolSet;
  /** Any transport of the MCP SDK: stdio for a client that starts this process, a linked pair for tests. */
  readonly transport: Transport;
  /** Ends the connection when it fires. */
  readonly signal?: AbortSignal;
  readonly observer?: ToolObserver;
  /** Receives an error that a method of `observer` threw or rejected with. @default a process warning */
  readonly onObserverError?: ObserverErrorHandler;
  readonly limits?: Pick<ToolBridgeLimits, "maxOutputBytes">;
}

/** Tools on a transport other than HTTP. The caller who connected them closes it. */
export interface ToolConnection extends AsyncDisposable {
  /** Ends the connection and fires the signal of every running call. Idempotent. */
  close(): Promise<void>;
}

/** Offers a tool set to the one client at the other end of a transport, by the same rules as over HTTP. */
export async function connectToolSet(options: ToolConnectionOptions): Promise<ToolConnection> {
  const { toolSet, transport, signal, observer, onObserverError, limits } = options;
  signal?.throwIfAborted();
  const { maxOutputBytes } = resolveLimits(limits);
  const server = createToolServer(
    createToolHost(resolveToolSet(toolSet), { maxOutputBytes, observer, onObserverError }),
  );
  await server.connect(transport);
  const close = async (): Promise<void> => {
    signal?.removeEventListener("abort", onAbort);
    await server.close();
  };
  const onAbort = (): void => void close();
  signal?.addEventListener("abort", onAbort, { once: true });
  return { close, [Symbol.asyncDispose]: close };
}
