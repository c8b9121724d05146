import { once } from "node:events";
import type { Server } from "node:http";
import type { McpSessions } from "./mcp-sessions.ts";

/** The environment variable in which the client expects the token. */
export const bearerTokenEnvVar = "KTX_CODEX_RUNTIME_MCP_TOKEN";

/** A running bridge. Whoever started it closes it. */
export interface ToolBridgeHandle extends AsyncDisposable {
  /** `http://127.0.0.1:<port>/mcp` */
  readonly url: string;
  readonly bearerTokenEnvVar: typeof bearerTokenEnvVar;
  /** This run's 256-bit token. Not shown when the handle is printed or serialised. */
  readonly bearerToken: string;
  /** Ends the sessions and connections at once and fires the signal of every running call. Idempotent. */
  close(): Promise<void>;
}

/** A class, because a getter over a private field keeps the token out of `inspect` and JSON. */
export class ToolBridge implements ToolBridgeHandle {
  readonly url: string;
  readonly bearerTokenEnvVar: typeof bearerTokenEnvVar = bearerTokenEnvVar;
  readonly #bearerToken: string;
  readonly #server: Server;
  readonly #sessions: McpSessions;
  #closed: Promise<void> | undefined;

  constructor(url: string, bearerToken: string, server: Server, sessions: McpSessions) {
    this.url = url;
    this.#bearerToken = bearerToken;
    this.#server = server;
    this.#sessions = sessions;
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

  async #end(): Promise<void> {
    const ended = once(this.#server, "close");
    this.#server.close();
    await this.#sessions.close();
    this.#server.closeAllConnections();
    await ended;
  }
}
