import { once } from "node:events";
import { createServer } from "node:http";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { HttpSessionTransport } from "../../src/server/http-session-transport.ts";

const call: JSONRPCMessage = { jsonrpc: "2.0", id: 1, method: "tools/call" };
const answer: JSONRPCMessage = { jsonrpc: "2.0", id: 1, result: {} };
const note: JSONRPCMessage = { jsonrpc: "2.0", method: "notifications/progress" };

test("an answer that nothing precedes is plain JSON under the session's id", async () => {
  await using scene = await startScene(call);
  void scene.transport.send(answer);
  const response = await scene.response;

  expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.headers.get("mcp-session-id")).toBe(scene.transport.sessionId);
  expect(await response.json()).toEqual(answer);
});

test("an answer that messages precede is an event stream, in order", async () => {
  await using scene = await startScene(call);
  await scene.transport.send(note, { relatedRequestId: 1 });
  await scene.transport.send(answer);
  const response = await scene.response;

  expect(response.headers.get("content-type")).toBe("text/event-stream");
  expect(response.headers.get("mcp-session-id")).toBe(scene.transport.sessionId);
  expect(await response.text()).toBe(
    `event: message\ndata: ${JSON.stringify(note)}\n\nevent: message\ndata: ${JSON.stringify(answer)}\n\n`,
  );
});

test("a slow answer is preceded by signs of life", async () => {
  await using scene = await startScene(call, 5);
  const response = await scene.response;
  await scene.transport.send(answer);

  expect(response.headers.get("content-type")).toBe("text/event-stream");
  expect(await response.text()).toMatch(/^(: keep-alive\n\n)+event: message\ndata: \{.*\}\n\n$/);
});

test("a client that does not read misses notices, and not the answer", async () => {
  await using scene = await startScene(call);
  const long: JSONRPCMessage = { ...note, params: { text: "x".repeat(100_000) } };
  for (let sent = 0; sent < 1_000; sent += 1)
    await scene.transport.send(long, { relatedRequestId: 1 });
  await scene.transport.send(answer);

  const events = (await (await scene.response).text())
    .split("\n\n")
    .filter((event) => event !== "");

  expect(events.length).toBeLessThan(1_000);
  expect(events.at(-1)).toBe(`event: message\ndata: ${JSON.stringify(answer)}`);
});

test("a call that its client cancels gets an empty stream, as the protocol sends no answer", async () => {
  await using scene = await startScene(call);
  await scene.post({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } });
  const response = await scene.response;

  expect(response.status).toBe(200);
  expect(await response.text()).toBe("");
  expect(scene.transport.busy).toBe(false);
});

test("a client that goes away has cancelled its call", async () => {
  await using scene = await startScene(call);
  const cancelled = scene.nextMessage();
  scene.leave();
  await expect(scene.response).rejects.toThrow("This operation was aborted");

  expect(await cancelled).toEqual({
    jsonrpc: "2.0",
    method: "notifications/cancelled",
    params: { requestId: 1, reason: "The client disconnected." },
  });
});

test("an answer for which nobody waits any more is dropped", async () => {
  await using scene = await startScene(call);
  await scene.transport.send(answer);
  await scene.response;

  await expect(scene.transport.send(answer)).resolves.toBeUndefined();
});

test("close ends the responses that wait", async () => {
  await using scene = await startScene(call);
  await scene.transport.close();

  expect(await (await scene.response).text()).toBe("");
});

interface Scene extends AsyncDisposable {
  readonly transport: HttpSessionTransport;
  /** Of the first message. */
  readonly response: Promise<Response>;
  post(message: JSONRPCMessage): Promise<Response>;
  /** The next message that the server side is handed. */
  nextMessage(): Promise<JSONRPCMessage>;
  /** The client of the first message disconnects. */
  leave(): void;
}

/** A transport behind a bare HTTP server, with the first message received and not yet answered. */
async function startScene(first: JSONRPCMessage, keepAliveMs = 60_000): Promise<Scene> {
  const transport = new HttpSessionTransport(keepAliveMs);
  const pending = new Map<string, JSONRPCMessage>();
  const server = createServer((request, response) => {
    const message = pending.get(request.url ?? "");
    if (message !== undefined) transport.receive(message, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const leaving = new AbortController();
  const post = (message: JSONRPCMessage, signal?: AbortSignal): Promise<Response> => {
    const path = `/${pending.size}`;
    pending.set(path, message);
    return fetch(`http://127.0.0.1:${port}${path}`, signal === undefined ? {} : { signal });
  };
  const nextMessage = (): Promise<JSONRPCMessage> =>
    new Promise((resolve) => {
      Object.assign(transport, { onmessage: resolve });
    });
  const received = nextMessage();
  const response = post(first, leaving.signal);
  response.catch(() => {});
  await received;
  return {
    transport,
    response,
    post,
    nextMessage,
    leave: () => leaving.abort(),
    [Symbol.asyncDispose]: async () => {
      await transport.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
