import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { callTool } from "./call-tool.ts";
import { errorResult } from "./tool-result.ts";
import type { ResolvedTool } from "./tool-set.ts";

/**
 * One MCP server for one session, not yet connected. Its handlers are set on the SDK's low-level server: the
 * high-level one would validate with its own copy of the schemas, and word the errors for people.
 */
export function createToolServer(tools: readonly ResolvedTool[]): Server {
  const { server } = new McpServer(
    { name: "ktx", version: "0.1.0" },
    { capabilities: { tools: {} } },
  );
  const toolByName = new Map(tools.map(({ tool }) => [tool.name, tool]));
  const listings = tools.map(({ listing }) => listing);
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: listings }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const tool = toolByName.get(params.name);
    if (tool === undefined)
      return errorResult(
        `There is no tool "${params.name}". The tools are: ${[...toolByName.keys()].join(", ")}.`,
      );
    return callTool(tool, params.arguments ?? {}, { signal });
  });
  return server;
}
