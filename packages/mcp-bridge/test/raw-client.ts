import { connect, type Socket } from "node:net";
import type { ToolBridgeHandle } from "../src/index.ts";

/** An answer as it came over the wire. */
export interface RawAnswer {
  /** 0 when the connection ended without one. */
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** A request written by hand, for what no well-behaved client would send. */
export interface RawRequest {
  readonly method?: string;
  readonly target?: string;
  /** Replaces or, with undefined, leaves out one of the good client's headers; a list repeats it. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: string | Buffer;
}

export const initialize: string = JSON.stringify({
  jsonrpc: "2.0",
  id: 0,
  method: "initialize",
  params: {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "raw", version: "1.0.0" },
  },
});

/** A call of the tool `greet`. */
export function callMessage(id: unknown, input: unknown = { who: "Ada" }): string {
  const params = { name: "greet", arguments: input };
  return JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params });
}

/** The header of a request that belongs to a session. */
export function inSession(id: string): Record<string, string> {
  return { "Mcp-Session-Id": id };
}

/** Opens a session and returns its id. */
export async function openSession(bridge: ToolBridgeHandle): Promise<string> {
  const answer = await send(bridge, {});
  return /^mcp-session-id: (.+)$/im.exec(answer.head)?.[1]?.trim() ?? "";
}

/** Sends one request on a connection of its own and reads until the server ends it. */
export function send(bridge: ToolBridgeHandle, request: RawRequest): Promise<RawAnswer> {
  return converse(bridge, (socket) => socket.write(render(bridge, request)));
}

/** Opens a connection, lets `speak` write to it, and reads until it ends. */
export async function converse(
  bridge: ToolBridgeHandle,
  speak: (socket: Socket) => unknown,
): Promise<RawAnswer> {
  const socket = connect(Number(new URL(bridge.url).port), "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => {
    socket.on("close", () => resolve());
    socket.on("error", () => resolve());
  });
  socket.on("connect", () => speak(socket));
  await ended;
  const text = Buffer.concat(chunks).toString("utf8");
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0);
  return { status, head, body: rest.join("\r\n\r\n") };
}

/** The good client's request with the given deviations, as bytes. */
export function render(bridge: ToolBridgeHandle, request: RawRequest): Buffer {
  const { method = "POST", target = "/mcp", body = initialize } = request;
  const content = Buffer.from(body);
  const headers = {
    Host: new URL(bridge.url).host,
    Authorization: `Bearer ${bridge.bearerToken}`,
    "Content-Type": "application/json",
    Accept: "application/json, text/event-stream",
    "Content-Length": String(content.length),
    Connection: "close",
    ...request.headers,
  };
  const lines = Object.entries(headers).flatMap(([name, values]) =>
    [values ?? []].flat().map((value) => `${name}: ${value}\r\n`),
  );
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1"),
    content,
  ]);
}
