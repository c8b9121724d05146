import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type {
  Transport,
  TransportSendOptions,
} from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  CancelledNotificationSchema,
  isJSONRPCErrorResponse,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type RequestId,
} from "@modelcontextprotocol/sdk/types.js";
import { refuseRequest } from "./refuse-request.ts";
import { createHttpExchange, type HttpExchange } from "./http-exchange.ts";

/**
 * The SDK's transport seam over Node's own request and response, for one MCP session.
 *
 * The SDK's HTTP transport makes a web `Request` and streams for each call, which costs several times what the
 * rest of the call does, and it answers either always with JSON, dropping progress, or always with a stream.
 */
export class HttpSessionTransport implements Transport {
  readonly sessionId: string = randomUUID();
  onmessage?: Transport["onmessage"];
  onclose?: Transport["onclose"];
  onerror?: Transport["onerror"];
  readonly #exchanges = new Map<RequestId, HttpExchange>();
  readonly #keepAlive: NodeJS.Timeout;

  constructor(keepAliveMs: number) {
    this.#keepAlive = setInterval(() => {
      for (const exchange of this.#exchanges.values()) exchange.keepAlive();
    }, keepAliveMs).unref();
  }

  /** True while a request of this session waits for its answer. */
  get busy(): boolean {
    return this.#exchanges.size > 0;
  }

  /** Hands a message of the client to the server; the response is answered here, now or later. */
  receive(message: JSONRPCMessage, response: ServerResponse): void {
    if (!isJSONRPCRequest(message)) {
      this.onmessage?.(message);
      this.#endCancelled(message);
      response.writeHead(202, { "Content-Length": 0 }).end();
      return;
    }
    const { id } = message;
    // A second request under an id in use would cross the answers of the two.
    if (this.#exchanges.has(id)) return refuseRequest(response, "id-in-use", { id });
    const exchange = createHttpExchange(response, this.sessionId);
    this.#exchanges.set(id, exchange);
    response.once("close", () => {
      // By then the id may belong to a later request.
      if (this.#exchanges.get(id) !== exchange) return;
      this.#exchanges.delete(id);
      this.#cancel(id);
    });
    this.onmessage?.(message);
  }

  async start(): Promise<void> {}

  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (!isJSONRPCResultResponse(message) && !isJSONRPCErrorResponse(message)) {
      const id = options?.relatedRequestId;
      if (id !== undefined) this.#exchanges.get(id)?.notify(message);
      return;
    }
    if (message.id === undefined) return;
    const exchange = this.#exchanges.get(message.id);
    this.#exchanges.delete(message.id);
    exchange?.answer(message);
  }

  async close(): Promise<void> {
    clearInterval(this.#keepAlive);
    const exchanges = [...this.#exchanges.values()];
    this.#exchanges.clear();
    this.onclose?.();
    for (const exchange of exchanges) exchange.end();
  }

  /** A client that disconnects cancels its call without a message. */
  #cancel(requestId: RequestId): void {
    this.onmessage?.({
      jsonrpc: "2.0",
      method: "notifications/cancelled",
      params: { requestId, reason: "The client disconnected." },
    });
  }

  /** The server sends no answer to a request that the client cancelled, so nothing else ends its response. */
  #endCancelled(message: JSONRPCMessage): void {
    const id = CancelledNotificationSchema.safeParse(message).data?.params.requestId;
    if (id === undefined) return;
    const exchange = this.#exchanges.get(id);
    this.#exchanges.delete(id);
    exchange?.end();
  }
}
