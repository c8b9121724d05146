import type { IncomingMessage, ServerResponse } from "node:http";
import {
  isInitializeRequest,
  isJSONRPCRequest,
  type JSONRPCMessage,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/sdk/types.js";
import { HttpSessionTransport } from "./http-session-transport.ts";
import { refuseRequest, type RefusalReason } from "./refuse-request.ts";
import { createToolServer } from "./tool-server.ts";
import type { ToolHost } from "../call/tool-host.ts";

/** Routes admitted requests: one SDK server per MCP session, for as long as the session lasts. */
export interface McpSessions {
  /** Answers a POST of this message. */
  post(request: IncomingMessage, response: ServerResponse, message: JSONRPCMessage): Promise<void>;
  /** Ends the session that a DELETE names. */
  delete(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Ends every session; the signals of their running calls fire. */
  close(): Promise<void>;
}

export function createMcpSessions(host: ToolHost, maxSessions: number): McpSessions {
  /** In order of use: the first is the least recently used. */
  const sessions = new Map<string, HttpSessionTransport>();

  async function open(): Promise<HttpSessionTransport> {
    await makeRoom();
    const session = new HttpSessionTransport(keepAliveMs);
    sessions.set(session.sessionId, session);
    await createToolServer(host).connect(session);
    return session;
  }

  /** Bounds the memory for clients that never end their session; an evicted one gets 404 and starts a new session. */
  async function makeRoom(): Promise<void> {
    if (sessions.size < maxSessions) return;
    const all = [...sessions.values()];
    const leaving = all.find(({ busy }) => !busy) ?? all[0];
    if (leaving !== undefined) await end(leaving);
  }

  async function end(session: HttpSessionTransport): Promise<void> {
    sessions.delete(session.sessionId);
    await session.close();
  }

  function find(request: IncomingMessage): HttpSessionTransport | RefusalReason {
    const { "mcp-session-id": sessionId, "mcp-protocol-version": version } = request.headers;
    if (typeof sessionId !== "string") return "no-session";
    if (version !== undefined && !SUPPORTED_PROTOCOL_VERSIONS.includes(String(version)))
      return "version";
    return sessions.get(sessionId) ?? "session";
  }

  return {
    async post(request, response, message) {
      if (isInitializeRequest(message) && request.headers["mcp-session-id"] === undefined) {
        (await open()).receive(message, response);
        return;
      }
      const session = find(request);
      if (typeof session === "string")
        return refuseRequest(response, session, {
          id: isJSONRPCRequest(message) ? message.id : null,
        });
      sessions.delete(session.sessionId);
      sessions.set(session.sessionId, session);
      session.receive(message, response);
    },
    async delete(request, response) {
      const session = find(request);
      if (typeof session === "string") return refuseRequest(response, session);
      await end(session);
      response.writeHead(200, { "Content-Length": 0 }).end();
    },
    async close() {
      await Promise.all([...sessions.values()].map(end));
    },
  };
}

/** Below the 30 s after which proxies and clients commonly close a silent response. */
const keepAliveMs = 15_000;
