import type { ToolBridgeHandle, ToolSet } from "@ktx/mcp-bridge";
import { settleWithin } from "@ktx/timers";
import type { ThreadInput } from "../transport.ts";

/**
 * Starts a server of the tools of one thread. `close()` of its handle ends it, also while it starts. Where the
 * handle has no `observe`, calls are observed as `execute` is called.
 */
export type StartMcpServer = (input: {
  readonly projectDir: string;
  readonly toolSet: ToolSet;
}) => Promise<ToolBridgeHandle>;

/** What offers tools over MCP. */
export interface ToolServers {
  readonly projectDir: string;
  readonly startMcpServer: StartMcpServer;
}

/** How long a server may take to close, in milliseconds: one that the caller wrote may never. */
const closeTimeoutMs = 10_000;

/**
 * The server that offers a thread's tools; starts it when it is first asked for. Disposing it closes the
 * server, also one that is still starting.
 */
export class ToolServer implements AsyncDisposable {
  readonly #servers: ToolServers;
  readonly #thread: Pick<ThreadInput, "tools" | "addSecret">;
  #starting: Promise<ToolBridgeHandle> | undefined;
  #closing: Promise<void> | undefined;

  constructor(servers: ToolServers, thread: Pick<ThreadInput, "tools" | "addSecret">) {
    this.#servers = servers;
    this.#thread = thread;
  }

  /**
   * The running server, or undefined where there are no tools.
   *
   * @param signal Of the turn. Once it fires, the tools are let go at once.
   * @throws what starting it throws; the signal's reason.
   */
  async start(signal: AbortSignal): Promise<ToolBridgeHandle | undefined> {
    if (this.#thread.tools.names.length === 0) return undefined;
    signal.throwIfAborted();
    this.#starting ??= this.#start();
    const aborted = Promise.withResolvers<never>();
    aborted.promise.catch(() => {});
    signal.addEventListener(
      "abort",
      () => {
        aborted.reject(signal.reason);
        void this[Symbol.asyncDispose]();
      },
      { once: true },
    );
    return await Promise.race([this.#starting, aborted.promise]);
  }

  /** Idempotent. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= settleWithin(
      this.#starting?.then((handle) => handle.close()),
      closeTimeoutMs,
    );
    return this.#closing;
  }

  async #start(): Promise<ToolBridgeHandle> {
    const { tools, addSecret } = this.#thread;
    const { projectDir, startMcpServer } = this.#servers;
    const handle = await startMcpServer({ projectDir, toolSet: tools.toolSet });
    addSecret(handle.bearerToken);
    handle.observe?.(tools.observer, tools.onObserverError);
    tools.onServed(handle.observe !== undefined);
    return handle;
  }
}
