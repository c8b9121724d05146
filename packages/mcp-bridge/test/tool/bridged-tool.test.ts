import { expectTypeOf, test } from "vitest";
import { z } from "zod";
import { type BridgedTool, defineTool, type ToolContext, type ToolSet } from "../../src/index.ts";

test("the input of execute is what the schema yields", () => {
  const tool = defineTool({
    name: "search",
    description: "Searches.",
    inputSchema: z.object({ query: z.string(), limit: z.coerce.number().default(5) }),
    execute: (input, context) => {
      expectTypeOf(input).toEqualTypeOf<{ query: string; limit: number }>();
      expectTypeOf(context).toEqualTypeOf<ToolContext>();
    },
  });

  expectTypeOf(tool).toEqualTypeOf<BridgedTool<{ query: string; limit: number }>>();
});

test("a set holds tools of different input types, and cannot call one without its schema", () => {
  const byText = defineTool({
    name: "a",
    description: "A.",
    inputSchema: z.object({ text: z.string() }),
    execute: ({ text }) => text,
  });
  const byCount = defineTool({
    name: "b",
    description: "B.",
    inputSchema: z.strictObject({ count: z.number() }),
    execute: ({ count }) => count,
  });
  const toolSet = { byText, byCount };

  expectTypeOf(toolSet).toExtend<ToolSet>();
  expectTypeOf<BridgedTool["execute"]>().parameter(0).toBeNever();
});

test("a tool with an output schema has to return that shape", () => {
  const definition = {
    name: "count",
    description: "Counts.",
    inputSchema: z.object({}),
    outputSchema: z.object({ n: z.number() }),
  };

  const bare = defineTool({ ...definition, execute: () => ({ n: 1 }) });
  const both = defineTool({
    ...definition,
    execute: async () => ({ markdown: "One.", structured: { n: 1 } }),
  });
  // @ts-expect-error: n is a number
  defineTool({ ...definition, execute: () => ({ n: "one" }) });

  expectTypeOf(bare).toEqualTypeOf<BridgedTool<Record<string, never>>>();
  expectTypeOf(both).toEqualTypeOf<BridgedTool<Record<string, never>>>();
});
