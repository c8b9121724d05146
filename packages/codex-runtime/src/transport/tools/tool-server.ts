import type { ToolBridgeHandle, ToolSet } from "@ktx/mcp-bridge";
import { settleWithin } from "@ktx/timers";
import type { ThreadInput } from "../transport.ts";

/**
 * Starts a server for the tools of one thread. `close()` of its handle ends it, also while it starts. With a handle
 * without `observe`, calls are observed when `execute` is called.
 */
export type StartMcpServer = (input: {
  readonly projectDir: string;
  readonly toolSet: ToolSet;
}) => Promise<ToolBridgeHandle>;

/** Starts the servers that offer tools over MCP. */
export interface ToolServers {
  readonly projectDir: string;
  readonly startMcpServer: StartMcpServer;
}

/** Milliseconds within which a server must close: a custom one may never do so. */
const closeTimeoutMs = 10_000;

/**
 * The server that offers a thread's tools; starts on its first use. Disposing it closes the
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

  /** True once it has ended, or is ending: no turn can use its tools any more. */
  get isClosed(): boolean {
    return this.#closing !== undefined && this.#starting !== undefined;
  }

  /**
   * The running server, or undefined where there are no tools.
   *
   * @param signal The signal of the turn. Once it fires, the tools are released at once.
   * @throws the errors of the start; the signal's reason.
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
