import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { expect, test } from "vitest";
import { connectMcpTools, createToolHost, resolveToolSet, type ToolSet } from "../../src/index.ts";
import { contextWith, startBridge, textOf } from "../builders.ts";
import { type ForeignLog, offerForeignTools } from "../programs/foreign-tools.ts";

interface ForeignHttpServer extends AsyncDisposable {
  readonly url: string;
  readonly log: ForeignLog;
  /** Ends all connections, and takes no new ones. */
  readonly die: () => void;
  readonly requests: readonly { readonly method: string; readonly authorization: string }[];
}

/** A server of the SDK over Streamable HTTP. */
async function startForeignServer(
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
): Promise<ForeignHttpServer> {
  const log: ForeignLog = { cancelled: [], metas: [] };
  const requests: { method: string; authorization: string }[] = [];
  const server = new Server(
    { name: "foreign", version: "1.0.0" },
    { capabilities: { tools: { listChanged: true } } },
  );
  offerForeignTools(server, log);
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => "session-1" });
  await server.connect(transport);
  const http = createServer((request, response) => {
    const { method = "", headers } = request;
    requests.push({ method, authorization: headers.authorization ?? "" });
    if (!intercept(request, response)) void transport.handleRequest(request, response);
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  const die = (): void => {
    http.close();
    http.closeAllConnections();
  };
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    log,
    die,
    requests,
    [Symbol.asyncDispose]: async () => {
      die();
      await server.close();
    },
  };
}

async function call(toolSet: ToolSet, name: string, input: object = {}): Promise<string> {
  const host = createToolHost(resolveToolSet(toolSet));
  return textOf(await host.call(name, input, contextWith(new AbortController().signal)));
}

test("a server gets what the context of a call has for it as `_meta`", async () => {
  await using server = await startForeignServer();
  await using tools = await connectMcpTools({ url: server.url });
  const host = createToolHost(resolveToolSet(tools.toolSet));
  const context = contextWith(new AbortController().signal);
  await host.call(
    "read_file",
    { path: "a.md" },
    { ...context, meta: { traceparent: "00-1-2-01" } },
  );
  await host.call("read_file", { path: "a.md" }, context);
  expect(server.log.metas).toEqual([{ traceparent: "00-1-2-01" }, {}]);
});

test("tools of a server over HTTP take calls, with the headers on each request", async () => {
  await using server = await startForeignServer();
  await using tools = await connectMcpTools({
    url: server.url,
    headers: { Authorization: "Bearer of-the-caller" },
  });
  expect(await call(tools.toolSet, "read_file", { path: "a.md" })).toBe("The text of a.md.");
  await tools.close();
  expect(new Set(server.requests.map(({ authorization }) => authorization))).toEqual(
    new Set(["Bearer of-the-caller"]),
  );
  expect(server.requests.at(-1)?.method).toBe("DELETE");
});

test("the bridge of this package is such a server", async () => {
  await using bridge = await startBridge();
  await using tools = await connectMcpTools({
    url: bridge.url,
    headers: { Authorization: `Bearer ${bridge.bearerToken}` },
  });
  expect(await call(tools.toolSet, "greet", { who: "Ada" })).toBe("Hello, Ada!");
});

test("a change of the tools arrives over the stream of the server", async () => {
  await using server = await startForeignServer();
  const { promise: changed, resolve } = Promise.withResolvers<void>();
  await using tools = await connectMcpTools(
    { url: server.url },
    { onToolsChanged: () => resolve() },
  );
  expect(await call(tools.toolSet, "grow")).toBe("done");
  await changed;
  expect(await call(tools.toolSet, "grown")).toBe("I am new.");
});

test("a call that is given up is cancelled at the server", async () => {
  await using server = await startForeignServer();
  await using tools = await connectMcpTools({ url: server.url }, { timeoutMs: 200 });
  expect(await call(tools.toolSet, "hang")).toContain("did not finish within its time limit");
  await expect.poll(() => server.log.cancelled).toEqual(["hang"]);
});

test("a server that dies in the middle of a call fails it at once, and later calls, too", async () => {
  await using server = await startForeignServer();
  await using tools = await connectMcpTools({ url: server.url }, { name: "wiki" });
  const running = call(tools.toolSet, "hang");
  await expect.poll(() => server.requests.filter(({ method }) => method === "POST").length).toBe(5);
  server.die();
  expect(await running).toBe(
    'The MCP server "wiki" failed: MCP error -32000: the connection broke off before the answer',
  );
  expect(await call(tools.toolSet, "read_file", { path: "a" })).toMatch(
    /^The MCP server "wiki" failed: fetch failed \(connect ECONNREFUSED 127\.0\.0\.1:\d+\)$/,
  );
});

test("a message that is too long fails the call, and is not read to its end", async () => {
  await using server = await startForeignServer();
  await using tools = await connectMcpTools({ url: server.url }, { name: "wiki" });
  expect(await call(tools.toolSet, "endless")).toContain('The MCP server "wiki" failed');
  expect(await call(tools.toolSet, "read_file", { path: "a" })).toBe("The text of a.");
});

test("a refusal that quotes a header is shown without its value, nor the address's query", async () => {
  await using server = await startForeignServer(({ headers, url }, response) => {
    response
      .writeHead(401)
      .end(`bad ${headers.authorization} ${String(headers["x-key"])} at ${url}`);
    return true;
  });
  const connecting = connectMcpTools({
    url: `${server.url}?token=query-secret`,
    headers: { Authorization: "Basic header-secret", "x-key": "another-secret" },
  });
  await expect(connecting).rejects.toThrow(/it answered HTTP 401/);
  const error: unknown = await connecting.catch((reason: unknown) => reason);
  expect(String(error)).not.toMatch(/(?:query|header|another)-secret/);
  expect(JSON.stringify(error)).not.toMatch(/(?:query|header|another)-secret/);
});

test("a redirect to another host is not followed, so that no header gets there", async () => {
  await using other = await startForeignServer();
  await using server = await startForeignServer((_, response) => {
    response.writeHead(307, { location: other.url }).end();
    return true;
  });
  await expect(
    connectMcpTools({ url: server.url, headers: { "x-key": "another-secret" } }),
  ).rejects.toThrow(/HTTP 307/);
  expect(other.requests).toEqual([]);
});
