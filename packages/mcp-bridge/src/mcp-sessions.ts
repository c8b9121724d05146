import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import {
  CancelledNotificationSchema,
  isInitializeRequest,
  isJSONRPCRequest,
  type RequestId,
} from "@modelcontextprotocol/sdk/types.js";
import { createToolServer } from "./tool-server.ts";
import type { ResolvedTool } from "./tool-set.ts";

/** Where an admitted request goes: one SDK server per MCP session, for as long as the session lasts. */
export interface McpSessions {
  /** Answers one request; `message` is its parsed body, absent where the method has none. */
  handle(request: IncomingMessage, response: ServerResponse, message: unknown): Promise<void>;
  /** Ends every session; the signals of their running calls fire. */
  close(): Promise<void>;
}

interface Session {
  readonly transport: StreamableHTTPServerTransport;
  readonly running: Set<RequestId>;
}

export function createMcpSessions(
  tools: readonly ResolvedTool[],
  maxSessions: number,
): McpSessions {
  /** In order of use: the first is the least recently used. */
  const sessions = new Map<string, Session>();

  async function open(): Promise<Session> {
    await makeRoom();
    const sessionId = randomUUID();
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => sessionId,
      onsessionclosed: (id) => void sessions.delete(id),
    });
    const session: Session = { transport, running: new Set() };
    sessions.set(sessionId, session);
    await createToolServer(tools).connect(transport);
    return session;
  }

  /** Clients that never say goodbye must not fill the memory; one that is put out gets 404 and starts anew. */
  async function makeRoom(): Promise<void> {
    if (sessions.size < maxSessions) return;
    const entries = [...sessions];
    const [sessionId, session] =
      entries.find(([, { running }]) => running.size === 0) ?? entries[0] ?? [];
    if (sessionId !== undefined) sessions.delete(sessionId);
    await session?.transport.close();
  }

  function find(sessionId: string): Session | undefined {
    const session = sessions.get(sessionId);
    if (session === undefined) return undefined;
    sessions.delete(sessionId);
    sessions.set(sessionId, session);
    return session;
  }

  return {
    async handle(request, response, message) {
      const sessionId = request.headers["mcp-session-id"];
      if (typeof sessionId === "string") {
        const session = find(sessionId);
        if (session === undefined) return refuse(response, 404);
        return serve(session, request, response, message);
      }
      if (!isInitializeRequest(message)) return refuse(response, 400);
      return serve(await open(), request, response, message);
    },
    async close() {
      const ending = [...sessions.values()];
      sessions.clear();
      await Promise.all(ending.map(({ transport }) => transport.close()));
    },
  };
}

async function serve(
  { transport, running }: Session,
  request: IncomingMessage,
  response: ServerResponse,
  message: unknown,
): Promise<void> {
  // A batch, or a second call under an id in use, would cross the answers of two calls.
  if (Array.isArray(message)) return refuse(response, 400);
  if (isJSONRPCRequest(message)) {
    const { id } = message;
    if (running.has(id)) return refuse(response, 400);
    running.add(id);
    response.once("close", () => {
      running.delete(id);
      if (!response.writableFinished) cancel(transport, id);
    });
  }
  await transport.handleRequest(request, response, message);
  // The protocol sends no answer to a cancelled call, so nothing else would end its response.
  const cancelled = CancelledNotificationSchema.safeParse(message).data?.params.requestId;
  if (cancelled !== undefined) transport.closeSSEStream(cancelled);
}

/** A client that left its call cancelled it, said so or not. */
function cancel(transport: StreamableHTTPServerTransport, requestId: RequestId): void {
  transport.onmessage?.({
    jsonrpc: "2.0",
    method: "notifications/cancelled",
    params: { requestId, reason: "The client disconnected." },
  });
}

function refuse(response: ServerResponse, status: 400 | 404): void {
  response.writeHead(status, { "Content-Length": 0 }).end();
}
