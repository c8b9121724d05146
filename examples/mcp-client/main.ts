import { defineTool, startToolBridge } from "@ktx/mcp-bridge";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { z } from "zod";

const stock = new Map([
  ["lamp", 4],
  ["chair", 0],
]);
const lookUp = defineTool({
  name: "stock_look_up",
  description: "Says how many of an article are in stock.",
  inputSchema: z.object({ article: z.string().min(1) }),
  annotations: { readOnlyHint: true },
  execute: ({ article }) => {
    const count = stock.get(article);
    if (count === undefined)
      throw new Error(
        `There is no article "${article}". There are: ${[...stock.keys()].join(", ")}.`,
      );
    return { article, count };
  },
});

// The bridge is an MCP server on loopback. Its token is new each time, and every request needs it.
const bridge = await startToolBridge({ projectDir: process.cwd(), toolSet: { lookUp } });
// Any MCP client will do; this one is the SDK's own and knows nothing of ktx.
const client = new Client({ name: "foreign-client", version: "1.0.0" });
try {
  await client.connect(
    new StreamableHTTPClientTransport(new URL(bridge.url), {
      requestInit: { headers: { Authorization: `Bearer ${bridge.bearerToken}` } },
    }),
  );
  const { tools } = await client.listTools();
  console.log(
    "offers",
    tools.map(({ name }) => name),
  );
  for (const article of ["lamp", "sofa", ""]) {
    const { isError, content } = await client.callTool({
      name: "stock_look_up",
      arguments: { article },
    });
    console.log(isError === true ? "error" : "result", JSON.stringify(content));
  }
  const stranger = await fetch(bridge.url, { method: "POST" });
  console.log(`without the token: ${stranger.status}`);
} finally {
  await client.close();
  await bridge.close();
}
