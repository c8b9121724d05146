/** Offers two tools to an MCP client that knows nothing of ktx: here the MCP SDK's own. */
import { defineTool, startToolBridge } from "@ktx/mcp-bridge";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { z } from "zod";

const pages = new Map([
  ["revenue", "# Revenue\nRevenue grew by 12 % in the third quarter."],
  ["costs", "# Costs\nCosts were flat."],
]);

const search = defineTool({
  name: "wiki_search",
  description: "Finds the wiki pages that contain a word.",
  inputSchema: z.object({ word: z.string().min(1) }),
  annotations: { readOnlyHint: true },
  execute: ({ word }) => [...pages].filter(([, text]) => text.includes(word)).map(([name]) => name),
});

const read = defineTool({
  name: "wiki_read",
  description: "Reads one wiki page.",
  inputSchema: z.object({ page: z.string() }),
  annotations: { readOnlyHint: true },
  execute: ({ page }) => {
    const text = pages.get(page);
    if (text === undefined) throw new Error(`There is no page "${page}". Search first.`);
    return text;
  },
});

const bridge = await startToolBridge({
  projectDir: process.cwd(),
  toolSet: { search, read },
  observer: { onResult: ({ name, outcome }) => console.log(`${name}: ${outcome}`) },
});

const client = new Client({ name: "foreign-client", version: "1.0.0" });
await client.connect(
  new StreamableHTTPClientTransport(new URL(bridge.url), {
    requestInit: { headers: { Authorization: `Bearer ${bridge.bearerToken}` } },
  }),
);
const { tools } = await client.listTools();
console.log(tools.map(({ name }) => name).join(", "));
for (const call of [
  { name: "wiki_search", arguments: { word: "Revenue" } },
  { name: "wiki_read", arguments: { page: "revenue" } },
  { name: "wiki_read", arguments: { page: "profit" } },
]) {
  const { content } = await client.callTool(call);
  console.log(JSON.stringify(content));
}
await client.close();
await bridge.close();
