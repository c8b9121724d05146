import { type BridgedTool, callTool, defineTool } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import { z } from "zod";
import { offerToCodex } from "../src/offer-to-codex.ts";

type JsonInput = NonNullable<BridgedTool["foreignInputSchema"]>;

/** A tool of another MCP server, which has its input as JSON Schema. */
function offered(foreignInputSchema: JsonInput): BridgedTool {
  const tool = defineTool({
    name: "find",
    description: "Finds things.",
    inputSchema: z.looseObject({}),
    foreignInputSchema,
    execute: (input) => JSON.stringify(input),
  });
  const { find } = offerToCodex({ find: tool });
  if (find === undefined) throw new Error("the tool is not offered");
  return find;
}

test("limits, formats and defaults of a JSON Schema stand in the descriptions", () => {
  const { inputJsonSchema } = offered({
    $schema: "http://json-schema.org/draft-07/schema#",
    type: "object",
    properties: {
      path: { type: "string", description: "Its path", minLength: 1 },
      lines: { type: "integer", default: 5, minimum: 1, maximum: 10 },
      since: { type: "string", format: "date" },
      where: { $ref: "#/definitions/Place" },
    },
    required: ["path"],
    definitions: { Place: { type: "object", properties: { x: { type: "number", minimum: 0 } } } },
  });
  expect(inputJsonSchema).toEqual({
    type: "object",
    properties: {
      path: { type: "string", description: "Its path. At least 1 character." },
      lines: { type: "integer", description: "Between 1 and 10. Default: 5." },
      since: { type: "string", description: "A date, such as 2024-02-29." },
      where: {
        type: "object",
        properties: { x: { type: "number", description: "At least 0." } },
      },
    },
    required: ["path"],
  });
});

test("a tuple is asked for as positions, and arrives as the tuple", async () => {
  const tool = offered({
    type: "object",
    properties: {
      at: {
        type: "array",
        items: [{ type: "number" }, { type: "string" }],
        additionalItems: false,
      },
    },
  });
  expect(tool.inputJsonSchema?.properties?.["at"]).toMatchObject({
    type: "object",
    properties: { 0: { type: "number" }, 1: { type: "string" } },
  });
  const { signal } = new AbortController();
  const context = { signal, progress: () => {}, log: () => {} };
  const { content } = await callTool(tool, { at: { 0: 1, 1: "a" } }, context);
  expect(content).toEqual([{ type: "text", text: '{"at":[1,"a"]}' }]);
});

test("a schema that Codex shows whole is kept, one without properties as well", () => {
  for (const foreignInputSchema of [
    { type: "object" },
    { type: "object", properties: {} },
    {
      type: "object",
      properties: { q: { type: "string", description: "Query" } },
      required: ["q"],
    },
    { type: "object", properties: { q: { type: "string" } }, additionalProperties: false },
  ] satisfies JsonInput[])
    expect(offered(foreignInputSchema).inputJsonSchema).toBeUndefined();
});

test("a schema that cannot be read is passed on with its whole text", () => {
  const { inputJsonSchema } = offered({
    type: "object",
    properties: { tree: { $dynamicRef: "#node" } },
  });
  expect(inputJsonSchema).toMatchObject({
    type: "object",
    description:
      'Must match the JSON Schema {"type":"object","properties":{"tree":{"$dynamicRef":"#node"}}}.',
  });
});
