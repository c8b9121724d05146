import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createRequestListener } from "./answer-request.ts";
import { ToolBridgeError } from "../bridge-error.ts";
import { resolveLimits, type ToolBridgeLimits } from "../bridge-limits.ts";
import { guardConnections } from "./guard-connections.ts";
import { createMcpSessions } from "./mcp-sessions.ts";
import type { ObserverErrorHandler } from "../call/observer-list.ts";
import {
  type ObservableToolBridge,
  ToolBridge,
  type ToolBridgeHandle,
} from "./tool-bridge-handle.ts";
import { createToolHost } from "../call/tool-host.ts";
import type { ToolObserver } from "../call/tool-observer.ts";
import { resolveToolSet, type ToolSet } from "../tool/tool-set.ts";

export interface ToolBridgeOptions {
  /** The project that the tools work on; the bridge itself touches no file. */
  readonly projectDir: string;
  readonly toolSet: ToolSet;
  /** Ends the bridge when it fires, also while it starts. */
  readonly signal?: AbortSignal;
  /** The first observer; the handle's `observe` adds further ones. */
  readonly observer?: ToolObserver;
  /** Receives an error that a method of `observer` threw or rejected with. @default a process warning */
  readonly onObserverError?: ObserverErrorHandler;
  readonly limits?: Partial<ToolBridgeLimits>;
  /** False for a bridge and connections that do not keep this process alive. @default true */
  readonly keepsAlive?: boolean;
  /** For a client whose settings name the address. @default a free port */
  readonly port?: number;
  /** For a client whose settings name the token; 32 characters or more of letters, digits, `_` and `-`. @default a new one */
  readonly bearerToken?: string;
}

/**
 * Starts an MCP server (Streamable HTTP) on a free port of 127.0.0.1. It offers exactly these tools to the one
 * client that holds the token.
 *
 * @throws {ToolBridgeError} for a tool set or limit that cannot be used, and `listen-failed`; the signal's reason
 * when the signal fires first.
 */
export async function startToolBridge(options: ToolBridgeOptions): Promise<ObservableToolBridge> {
  const { signal, observer, onObserverError, keepsAlive = true } = options;
  signal?.throwIfAborted();
  const tools = resolveToolSet(options.toolSet);
  const limits = resolveLimits(options.limits);
  const { maxOutputBytes, maxBodyBytes, requestsPerSecond, requestTimeoutMs } = limits;
  const host = createToolHost(tools, { maxOutputBytes, observer, onObserverError });
  const sessions = createMcpSessions(host, limits.maxSessions);
  const bearerToken = resolveToken(options.bearerToken);
  const server = createServer({
    maxHeaderSize: limits.maxHeaderBytes,
    requireHostHeader: false, // `admitRequest` decides
    requestTimeout: requestTimeoutMs,
    headersTimeout: Math.min(requestTimeoutMs, 5_000),
    connectionsCheckingInterval: Math.min(requestTimeoutMs, 1_000),
    // A model thinks for minutes between two calls; a connection closed in between costs the client a call.
    keepAliveTimeout: 600_000,
  });
  const onAdmitted = guardConnections(server, limits.maxConnections);
  const port = await listen(server, options.port ?? 0, signal);
  if (!keepsAlive) server.on("connection", (socket) => socket.unref()).unref();
  const rules = { path, port, bearerToken, maxBodyBytes };
  const answer = createRequestListener({ rules, requestsPerSecond, sessions, onAdmitted });
  server.on("request", (request, response) => void answer(request, response));
  const url = `http://127.0.0.1:${port}${path}`;
  const bridge = new ToolBridge(url, bearerToken, { server, sessions, host });
  closeOnAbort(bridge, server, signal);
  return bridge;
}

const path = "/mcp";

function closeOnAbort(
  bridge: ToolBridgeHandle,
  server: Server,
  signal: AbortSignal | undefined,
): void {
  const onAbort = (): void => void bridge.close();
  signal?.addEventListener("abort", onAbort, { once: true });
  server.once("close", () => signal?.removeEventListener("abort", onAbort));
}

/** The value of a token never goes into a message. */
function resolveToken(given: string | undefined): string {
  if (given === undefined) return randomBytes(32).toString("base64url");
  if (/^[\w-]{32,512}$/.test(given)) return given;
  throw new ToolBridgeError(
    "invalid-limit",
    `Expected a bearer token of 32 to 512 letters, digits, "_" or "-", got one of ${given.length} characters. Make one with: openssl rand -hex 32`,
  );
}

async function listen(
  server: Server,
  port: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  // A full backlog would make the good client's connection wait a second for its next try.
  server.listen({ host: "127.0.0.1", port, backlog: 4_096 });
  try {
    await once(server, "listening", signal === undefined ? {} : { signal });
    signal?.throwIfAborted();
  } catch (error) {
    server.close();
    signal?.throwIfAborted();
    const received = error instanceof Error ? error.message : String(error);
    if (port === 0) throw listenFailed(received, error);
    throw new ToolBridgeError(
      "listen-failed",
      `Expected to listen on port ${port} of 127.0.0.1, got: ${received}. Choose another port.`,
      { cause: error },
    );
  }
  const address = server.address();
  if (typeof address === "object" && address !== null) return address.port;
  throw listenFailed(`the address ${String(address)}`);
}

function listenFailed(received: string, cause?: unknown): ToolBridgeError {
  return new ToolBridgeError(
    "listen-failed",
    `Expected to listen on a free port of 127.0.0.1, got: ${received}. ` +
      "Check that this process may open local ports (sandbox, container or firewall rules).",
    { cause },
  );
}
