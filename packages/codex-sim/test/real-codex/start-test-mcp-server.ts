import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";

type Arguments = Readonly<Record<string, unknown>>;

const boomIsCalled = Promise.withResolvers<void>();

/** The tools of the recordings, with the results that were recorded. */
const tools: Readonly<Record<string, (args: Arguments) => unknown>> = {
  wiki_search: ({ query }) => ({
    ...say(`found ${String(query)}`),
    structuredContent: { n: 1, query },
  }),
  plain: () => say("only text"),
  side_effect: () => say("hit 1"),
  iserror: () => ({
    ...say("tool says no"),
    structuredContent: { code: "E_NO" },
    isError: true,
  }),
  boom: () => {
    boomIsCalled.resolve();
    return { ...say("denied by policy"), isError: true };
  },
  // It ends only where a call of `boom` runs beside it.
  slow: async () => {
    await boomIsCalled.promise;
    return say("slow done");
  },
};

/** The least that Codex accepts as an MCP server: stateless Streamable HTTP with plain JSON answers. */
export async function startTestMcpServer(): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/mcp`,
    [Symbol.asyncDispose]: async () => {
      server.close().closeAllConnections();
      await once(server, "close");
    },
  };
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readText(request);
  const { id, method, params } = request.method === "POST" ? JSON.parse(body) : {};
  if (id === undefined) {
    response.writeHead(request.method === "POST" ? 202 : 405).end();
    return;
  }
  const result = await answer(method, params);
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
}

function answer(method: string, params: Arguments & { name: string; arguments?: Arguments }) {
  switch (method) {
    case "initialize":
      return {
        protocolVersion: params["protocolVersion"],
        capabilities: { tools: {} },
        serverInfo: { name: "ktx", version: "0" },
      };
    case "tools/list":
      return {
        tools: Object.keys(tools).map((name) => ({ name, inputSchema: { type: "object" } })),
      };
    case "tools/call":
      return tools[params.name]?.(params.arguments ?? {});
    default:
      return {};
  }
}

function say(text: string) {
  return { content: [{ type: "text", text }] };
}
