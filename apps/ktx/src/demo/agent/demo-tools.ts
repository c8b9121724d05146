import { defineTool, type ToolSet } from "@ktx/mcp-bridge";
import { z } from "zod";
import { type DemoWiki, searchWiki } from "./demo-wiki.ts";

const page = z
  .string()
  .regex(/^[a-z0-9-]+\.md$/)
  .describe("A page's file name, such as revenue.md");

/** Three tools over a wiki. */
export function createDemoTools(wiki: DemoWiki): ToolSet {
  return {
    search: defineTool({
      name: "wiki_search",
      description: "Finds the pages of the wiki that share words with the query, the best first.",
      inputSchema: z.object({ query: z.string().min(1) }),
      execute: ({ query }) => ({ hits: searchWiki(wiki, query) }),
    }),
    read: defineTool({
      name: "wiki_read",
      description: "The text of one page of the wiki.",
      inputSchema: z.object({ page }),
      execute: (input) => {
        const text = wiki.get(input.page);
        if (text === undefined)
          throw new Error(`There is no page ${input.page}. Call wiki_search to find one.`);
        return text;
      },
    }),
    write: defineTool({
      name: "wiki_write",
      description: "Creates or replaces one page of the wiki.",
      inputSchema: z.object({ page, markdown: z.string().min(1) }),
      execute: (input) => {
        wiki.set(input.page, input.markdown);
        return `Wrote ${input.page}, ${input.markdown.length} characters.`;
      },
    }),
  };
}
