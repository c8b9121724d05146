import { AsyncLocalStorage } from "node:async_hooks";
import { settleWithin } from "@ktx/timers";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  isJSONRPCErrorResponse,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type RequestId,
} from "@modelcontextprotocol/sdk/types.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { McpUrl } from "./mcp-server.ts";
import type { ServerLink } from "./server-link.ts";
import { watchBody } from "./watch-body.ts";

/** Milliseconds that a server may take to end its session. */
const leaveMs = 1_000;

/**
 * An MCP server over Streamable HTTP. It wraps the transport of the SDK, limits the size of messages, and ends a request
 * whose stream was interrupted: the SDK would wait for it forever.
 */
export function openHttpTransport(
  { url, headers = {} }: McpUrl,
  { maxMessageBytes }: { readonly maxMessageBytes: number },
): ServerLink {
  const asking = new AsyncLocalStorage<RequestId>();
  const unanswered = new Set<RequestId>();

  async function exchange(target: string | URL, init?: RequestInit): Promise<Response> {
    const response = await fetch(target, init);
    const { body, status, statusText } = response;
    if (body === null) return response;
    const id = asking.getStore();
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
    const watched = watchBody(body, { maxMessageBytes, isStream }, ({ isResumable }) => {
      if (isStream && !isResumable && id !== undefined) setImmediate(() => giveUp(id));
    });
    return new Response(watched, { status, statusText, headers: response.headers });
  }

  function giveUp(id: RequestId): void {
    if (!unanswered.delete(id)) return;
    const error = { code: -32_000, message: "the connection broke off before the answer" };
    link.onmessage?.({ jsonrpc: "2.0", id, error });
  }

  const inner = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { ...headers } },
    fetch: exchange,
  });
  const link: ServerLink = {
    end: undefined,
    get sessionId() {
      return inner.sessionId;
    },
    setProtocolVersion: (version) => inner.setProtocolVersion(version),
    start() {
      const handlers: Partial<Transport> = {
        onmessage: (message) => {
          if (isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message))
            if (message.id !== undefined) unanswered.delete(message.id);
          link.onmessage?.(message);
        },
        onerror: (error) => link.onerror?.(error),
        onclose: () => link.onclose?.(),
      };
      Object.assign(inner, handlers);
      return inner.start();
    },
    send(message) {
      if (!isJSONRPCRequest(message)) return inner.send(message);
      unanswered.add(message.id);
      return asking.run(message.id, () => inner.send(message));
    },
    async close() {
      if (inner.sessionId !== undefined)
        await settleWithin(
          inner.terminateSession().catch(() => {}),
          leaveMs,
        );
      await inner.close();
    },
  };
  return link;
}
