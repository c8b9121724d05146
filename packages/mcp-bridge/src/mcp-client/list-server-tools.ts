import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { RequestOptions } from "@modelcontextprotocol/sdk/shared/protocol.js";
import { ListToolsResultSchema, type Tool } from "@modelcontextprotocol/sdk/types.js";

export type ListedTool = Pick<
  Tool,
  "name" | "title" | "description" | "inputSchema" | "annotations"
>;

/** The maximum number of tools: more would not fit into a request to a model. */
const maxTools = 1_000;

/**
 * All pages of a server's tools.
 *
 * @throws for more than 1,000 tools, and for a server that gives the same page again.
 */
export async function listServerTools(
  client: Client,
  options: RequestOptions,
): Promise<readonly ListedTool[]> {
  if (client.getServerCapabilities()?.tools === undefined) return [];
  const tools: ListedTool[] = [];
  const cursors = new Set<string>();
  for (let cursor: string | undefined; ;) {
    // Not `listTools`, which compiles the output schemas and fails for one that it cannot read.
    const page = await client.request(
      { method: "tools/list", params: cursor === undefined ? {} : { cursor } },
      ListToolsResultSchema,
      options,
    );
    tools.push(...page.tools);
    if (tools.length > maxTools) throw new Error(`it lists more than ${maxTools} tools`);
    cursor = page.nextCursor;
    if (cursor === undefined) return tools;
    if (cursors.has(cursor)) throw new Error("its list of tools does not end");
    cursors.add(cursor);
  }
}
