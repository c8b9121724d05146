import { createRequire } from "node:module";
import type { Redactor } from "@ktx/redact";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPError } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  type CallToolResult,
  CallToolResultSchema,
  ToolListChangedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { ToolBridgeError } from "../bridge-error.ts";
import type { ToolContext } from "../tool/bridged-tool.ts";
import { describeThrown } from "../describe-thrown.ts";
import { openHttpTransport } from "./http-transport.ts";
import { type ListedTool, listServerTools } from "./list-server-tools.ts";
import type { McpServer } from "./mcp-server.ts";
import { ProcessTransport } from "./process-transport.ts";
import { serverEnvironment } from "./server-environment.ts";
import type { ServerLink } from "./server-link.ts";
import { serverRedactor } from "./server-secrets.ts";

export interface McpConnectionOptions {
  readonly server: McpServer;
  /** The server's name in errors. */
  readonly name: string;
  /** The variables of the host. */
  readonly hostEnv: Readonly<Record<string, string | undefined>>;
  readonly connectTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The longest message of a server. */
const maxMessageBytes = 10 * 1024 * 1024;

/** Longer than a time limit of a tool: a request of the SDK always has one. */
const callGraceMs = 5_000;

/** A connection to one MCP server. It describes failures in sentences without secrets. */
export class McpConnection implements AsyncDisposable {
  readonly #options: McpConnectionOptions;
  readonly #redactor: Redactor;
  readonly #client: Client;
  readonly #link: ServerLink;
  #isClosed = false;

  constructor(options: McpConnectionOptions) {
    const { server, hostEnv } = options;
    this.#options = options;
    this.#redactor = serverRedactor(server);
    const limits = { redactor: this.#redactor, maxMessageBytes };
    this.#link =
      "url" in server
        ? openHttpTransport(server, limits)
        : new ProcessTransport(server, serverEnvironment(hostEnv, server.env), limits);
    this.#client = new Client({ name: "ktx", version });
  }

  /**
   * Connects, and lists the tools.
   *
   * @throws {ToolBridgeError} `mcp-server-failed`; the signal's reason.
   */
  async open(): Promise<readonly ListedTool[]> {
    const { connectTimeoutMs, signal } = this.#options;
    try {
      await this.#client.connect(this.#link, {
        timeout: connectTimeoutMs,
        ...(signal && { signal }),
      });
      return await this.list();
    } catch (error) {
      signal?.throwIfAborted();
      // The process may end by itself meanwhile, which gives a better reason.
      await this.#end();
      throw this.#startFailure(error);
    }
  }

  list(): Promise<readonly ListedTool[]> {
    const { connectTimeoutMs: timeout, signal } = this.#options;
    return listServerTools(this.#client, { timeout, ...(signal && { signal }) });
  }

  onListChanged(listener: () => void): void {
    this.#client.setNotificationHandler(ToolListChangedNotificationSchema, listener);
  }

  /** @throws an error whose message is for the model. */
  async call(
    name: string,
    input: Record<string, unknown>,
    {
      signal,
      progress,
      timeoutMs,
      meta,
    }: Pick<ToolContext, "signal" | "progress" | "meta"> & { readonly timeoutMs: number },
  ): Promise<CallToolResult> {
    if (this.#isClosed || this.#link.end !== undefined) throw this.#callFailure(undefined);
    const _meta = meta !== undefined && Object.keys(meta).length > 0 ? { _meta: { ...meta } } : {};
    const params = { name, arguments: input, ..._meta };
    const request = { method: "tools/call", params } as const;
    try {
      return await this.#client.request(request, CallToolResultSchema, {
        signal,
        timeout: timeoutMs + callGraceMs,
        onprogress: ({ progress: done, total, message }) =>
          progress({
            progress: done,
            ...(total !== undefined && { total }),
            ...(message !== undefined && { message }),
          }),
      });
    } catch (error) {
      signal.throwIfAborted();
      throw this.#callFailure(error);
    }
  }

  /** Of a text of the server. */
  redact(text: string): string {
    return this.#redactor.redact(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#end();
  }

  // Without a cause, which would hold the secrets of the server.

  #startFailure(error: unknown): Error {
    return new ToolBridgeError("mcp-server-failed", this.#explain(error, "did not start"));
  }

  #callFailure(error: unknown): Error {
    return new Error(this.#explain(error));
  }

  async #end(): Promise<void> {
    await this.#client.close();
    await this.#link.close();
  }

  #explain(error: unknown, what = "failed"): string {
    const end = this.#link.end ?? (this.#isClosed ? "was closed" : undefined);
    const why = end ?? `${what}: ${describeServerError(error)}`;
    return this.#redactor.head(`The MCP server "${this.#options.name}" ${why}`, longestError);
  }
}

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

/** In characters: a server may answer with a web page. */
const longestError = 2_000;

/** The cause of a failed `fetch` has the reason. */
function describeServerError(error: unknown): string {
  if (error instanceof StreamableHTTPError && (error.code ?? 0) > 0)
    return `it answered HTTP ${error.code}: ${error.message}`;
  const cause = error instanceof Error ? error.cause : undefined;
  const text = describeThrown(error);
  return cause === undefined ? text : `${text} (${describeThrown(cause)})`;
}
