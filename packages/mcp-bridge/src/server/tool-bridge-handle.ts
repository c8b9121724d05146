import { once } from "node:events";
import type { Server } from "node:http";
import type { McpSessions } from "./mcp-sessions.ts";
import type { ObserverErrorHandler } from "../call/observer-list.ts";
import type { ToolHost } from "../call/tool-host.ts";
import type { ToolObserver } from "../call/tool-observer.ts";

/** The environment variable in which the client expects the token. */
export const bearerTokenEnvVar = "KTX_CODEX_RUNTIME_MCP_TOKEN";

/** A running bridge, from any source. The caller who started it closes it. */
export interface ToolBridgeHandle extends AsyncDisposable {
  /** `http://127.0.0.1:<port>/mcp` */
  readonly url: string;
  readonly bearerTokenEnvVar: typeof bearerTokenEnvVar;
  /** The 256-bit token of this run. It does not show when the handle is printed or serialised. */
  readonly bearerToken: string;
  /** Ends the sessions and connections at once and fires the signal of every running call. Idempotent. */
  close(): Promise<void>;
  /**
   * Adds an observer of all events from now on, and returns the function that removes it. The calls of a handle
   * without `observe` can only be observed by wrapping `execute`.
   *
   * @param onError Receives an error that the observer threw or rejected with. @default a process warning
   */
  readonly observe?: (observer: ToolObserver, onError?: ObserverErrorHandler) => () => void;
}

/** The handle of `startToolBridge`, which always has `observe`. */
export interface ObservableToolBridge extends ToolBridgeHandle {
  readonly observe: NonNullable<ToolBridgeHandle["observe"]>;
}

/** The parts of a bridge, which it ends when it closes. */
export interface ToolBridgeParts {
  readonly server: Server;
  readonly sessions: McpSessions;
  readonly host: ToolHost;
}

/** A class, because a getter over a private field keeps the token out of `inspect` and JSON. */
export class ToolBridge implements ObservableToolBridge {
  readonly url: string;
  readonly bearerTokenEnvVar: typeof bearerTokenEnvVar = bearerTokenEnvVar;
  readonly #bearerToken: string;
  readonly #server: Server;
  readonly #sessions: McpSessions;
  readonly #host: ToolHost;
  #closed: Promise<void> | undefined;

  constructor(url: string, bearerToken: string, parts: ToolBridgeParts) {
    this.url = url;
    this.#bearerToken = bearerToken;
    this.#server = parts.server;
    this.#sessions = parts.sessions;
    this.#host = parts.host;
  }

  get bearerToken(): string {
    return this.#bearerToken;
  }

  observe(observer: ToolObserver, onError?: ObserverErrorHandler): () => void {
    return this.#host.observe(observer, onError);
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
