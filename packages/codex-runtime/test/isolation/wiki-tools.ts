import { defineTool, type ToolSet } from "@ktx/mcp-bridge";
import { z } from "zod";

/** Two small tools. */
export const wikiTools: ToolSet = {
  search: defineTool({
    name: "wiki_search",
    description: "Finds wiki pages.",
    inputSchema: z.object({ query: z.string() }),
    execute: ({ query }) => `found ${query}`,
  }),
  read: defineTool({
    name: "wiki_read",
    description: "Reads a wiki page.",
    inputSchema: z.object({ page: z.string() }),
    execute: ({ page }) => `page ${page}`,
  }),
};
