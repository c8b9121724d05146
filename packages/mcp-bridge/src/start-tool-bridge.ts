import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AdmissionRules, admitRequest } from "./admit-request.ts";
import { ToolBridgeError } from "./bridge-error.ts";
import { createMcpSessions, type McpSessions } from "./mcp-sessions.ts";
import { readBody } from "./read-body.ts";
import { resolveToolSet, type ToolSet } from "./tool-set.ts";

export interface ToolBridgeOptions {
  /** The project that the tools work on; the bridge itself touches no file. */
  readonly projectDir: string;
  readonly toolSet: ToolSet;
  /** Ends the bridge when it fires, also while it starts. */
  readonly signal?: AbortSignal;
}

/** A running bridge. Whoever started it closes it. */
export interface ToolBridgeHandle extends AsyncDisposable {
  /** `http://127.0.0.1:<port>/mcp` */
  readonly url: string;
  /** The environment variable in which the client expects the token. */
  readonly bearerTokenEnvVar: typeof bearerTokenEnvVar;
  /** This run's 256-bit token. Not shown when the handle is printed or serialised. */
  readonly bearerToken: string;
  /** Ends the sessions and connections at once and fires the signal of every running call. Idempotent. */
  close(): Promise<void>;
}

export const bearerTokenEnvVar = "KTX_CODEX_RUNTIME_MCP_TOKEN";

/**
 * Starts an MCP server (Streamable HTTP) on a free port of 127.0.0.1 that offers exactly these tools to the one
 * client that holds the token.
 *
 * @throws {ToolBridgeError} for a tool set that cannot be offered, and `listen-failed`; the signal's reason when
 * it fires first.
 */
export async function startToolBridge(options: ToolBridgeOptions): Promise<ToolBridgeHandle> {
  const { toolSet, signal } = options;
  signal?.throwIfAborted();
  const tools = resolveToolSet(toolSet);
  const sessions = createMcpSessions(tools, maxSessions);
  const bearerToken = randomBytes(32).toString("base64url");
  const server = createServer({
    maxHeaderSize,
    headersTimeout,
    requestTimeout,
    connectionsCheckingInterval,
  });
  const port = await listen(server, signal);
  const rules: AdmissionRules = { path, port, bearerToken, maxBodyBytes };
  server.on("request", (request, response) => void answer(request, response, rules, sessions));
  const bridge = new ToolBridge(
    server,
    sessions,
    `http://127.0.0.1:${port}${path}`,
    bearerToken,
    signal,
  );
  if (signal?.aborted === true) {
    await bridge.close();
    signal.throwIfAborted();
  }
  return bridge;
}

const path = "/mcp";
const maxSessions = 64;
const maxBodyBytes = 4 * 1024 * 1024;
const maxHeaderSize = 16 * 1024;
const headersTimeout = 5_000;
const requestTimeout = 15_000;
const connectionsCheckingInterval = 1_000;

/** A class, because a getter over a private field keeps the token out of `inspect` and JSON. */
class ToolBridge implements ToolBridgeHandle {
  readonly url: string;
  readonly bearerTokenEnvVar = bearerTokenEnvVar;
  readonly #bearerToken: string;
  readonly #server: Server;
  readonly #sessions: McpSessions;
  readonly #signal: AbortSignal | undefined;
  #closed: Promise<void> | undefined;

  constructor(
    server: Server,
    sessions: McpSessions,
    url: string,
    bearerToken: string,
    signal: AbortSignal | undefined,
  ) {
    this.url = url;
    this.#bearerToken = bearerToken;
    this.#server = server;
    this.#sessions = sessions;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  get bearerToken(): string {
    return this.#bearerToken;
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  readonly #onAbort = (): void => void this.close();

  async #end(): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    const ended = once(this.#server, "close");
    this.#server.close();
    await this.#sessions.close();
    this.#server.closeAllConnections();
    await ended;
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  rules: AdmissionRules,
  sessions: McpSessions,
): Promise<void> {
  const { method = "", url: target = "", headersDistinct: headers } = request;
  try {
    const admission = admitRequest({ method, target, headers }, rules);
    if (!admission.admitted) return refuse(response, admission.status, admission.headers);
    if (method === "DELETE") return await sessions.delete(request, response);
    const body = await readBody(request, rules.maxBodyBytes);
    if (body.status !== 200) return refuse(response, body.status);
    await sessions.post(request, response, body.value);
  } catch {
    // The client left in the middle of its body, or the SDK failed: either way there is nobody to tell more.
    if (response.headersSent) response.destroy();
    else refuse(response, 500);
  }
}

/** The connection ends with the refusal, so that a flood of refused requests costs its sender the most. */
function refuse(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...headers, "Content-Length": 0, Connection: "close" }).end();
}

async function listen(server: Server, signal: AbortSignal | undefined): Promise<number> {
  server.listen({ host: "127.0.0.1", port: 0 });
  try {
    await once(server, "listening", signal === undefined ? {} : { signal });
  } catch (error) {
    server.close();
    signal?.throwIfAborted();
    throw new ToolBridgeError(
      "listen-failed",
      `Expected to listen on a free port of 127.0.0.1, got: ${error instanceof Error ? error.message : String(error)}. ` +
        "Check that this process may open local ports (sandbox, container or firewall rules).",
      { cause: error },
    );
  }
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new ToolBridgeError("listen-failed", `Expected a TCP port, got ${String(address)}.`);
  return address.port;
}
