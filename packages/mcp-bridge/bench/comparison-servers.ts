import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { json } from "node:stream/consumers";
import { z } from "zod";

export interface ComparisonServer extends AsyncDisposable {
  readonly url: string;
}

/** The floor: reads a JSON body and writes a fixed answer, with no MCP at all. */
export function startBareHttp(): Promise<ComparisonServer> {
  return start((request, response) => {
    void (async () => {
      const { id } = (await json(request)) as { id: number };
      const result = { content: [{ type: "text", text: "Hello, Ada!" }] };
      response.writeHead(200, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
    })();
  });
}

/** The usual stateless pattern: a new SDK server, with its tools registered anew, for every request. */
export function startServerPerRequest(toolCount: number): Promise<ComparisonServer> {
  return start((request, response) => {
    void (async () => {
      const server = new McpServer({ name: "per-request", version: "1.0.0" });
      for (let index = 0; index < toolCount; index += 1)
        server.registerTool(
          `greet_${index}`,
          { description: "Greets somebody.", inputSchema: { who: z.string() } },
          ({ who }) => ({ content: [{ type: "text", text: `Hello, ${who}!` }] }),
        );
      const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
      await server.connect(transport);
      await transport.handleRequest(request, response, await json(request));
      await server.close();
    })();
  });
}

async function start(listener: RequestListener): Promise<ComparisonServer> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
