import { type BridgedTool, callTool, defineTool, resolveToolSet } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import { z } from "zod";
import { offerToCodex } from "../src/offer-to-codex.ts";
import { offeredShapes } from "./offered-shapes.ts";

function toolOf(shape: z.ZodRawShape): BridgedTool {
  return defineTool({
    name: "find",
    description: "Finds things.",
    inputSchema: z.object(shape),
    execute: (input) => input,
  });
}

/** The tool as it is offered. */
function offered(tool: BridgedTool): BridgedTool {
  const { find } = offerToCodex({ find: tool });
  if (find === undefined) throw new Error("the tool is not offered");
  return find;
}

function offeredProperty(schema: z.ZodType): unknown {
  const { inputSchema } =
    resolveToolSet({ find: offered(toolOf({ value: schema })) })[0]?.listing ?? {};
  return inputSchema?.properties?.["value"];
}

test("tools that Codex shows whole are offered as they are", () => {
  const lean = {
    search: toolOf({ query: z.string(), limit: z.number().optional() }),
    open: { ...toolOf({ page: z.enum(["a", "b"]), tags: z.array(z.string()) }), name: "open" },
    none: { ...toolOf({}), name: "none" },
  };
  expect(offerToCodex(lean)).toBe(lean);
});

test("beside a tool that is changed the others stay the same", () => {
  const tools = {
    lean: toolOf({ query: z.string() }),
    other: { ...toolOf({ a: z.int().min(1) }), name: "b" },
  };
  const result = offerToCodex(tools);
  expect(result["lean"]).toBe(tools.lean);
  expect(result["other"]).toMatchObject({
    name: "b",
    inputJsonSchema: {
      type: "object",
      properties: { a: { type: "integer", description: "At least 1." } },
      required: ["a"],
    },
  });
  expect(Object.keys(result)).toEqual(["lean", "other"]);
});

test("a tool that brings a JSON Schema of its own keeps it", () => {
  const own = { ...toolOf({ a: z.int().min(1) }), inputJsonSchema: { type: "object" as const } };
  expect(offered(own)).toBe(own);
});

test("a tool that is an instance of a class keeps what it inherits", async () => {
  class Find implements BridgedTool<{ limit: number }> {
    readonly name = "find";
    readonly description = "Finds things.";
    readonly inputSchema = z.object({ limit: z.int().min(1) });
    readonly #found = ["a", "b"];
    get annotations(): { readOnlyHint: boolean } {
      return { readOnlyHint: true };
    }
    readonly execute = ({ limit }: { limit: number }): string => this.#found.slice(0, limit).join();
  }

  const tool = offered(new Find());

  expect(tool.inputJsonSchema).toBeDefined();
  expect(resolveToolSet({ tool })[0]).toMatchObject({
    concurrency: Number.POSITIVE_INFINITY,
    listing: { name: "find", annotations: { readOnlyHint: true } },
  });
  const { signal } = new AbortController();
  const result = await callTool(tool, { limit: 1 }, { signal, progress: () => {}, log: () => {} });
  expect(result.content).toEqual([{ type: "text", text: "a" }]);
});

test("a paged tool is still asked for its cursor", () => {
  const tool = { ...toolOf({ a: z.int().min(1) }), paged: true };
  const [resolved] = resolveToolSet(offerToCodex({ tool }));
  expect(resolved?.listing.inputSchema.properties).toMatchObject({
    a: { description: "At least 1." },
    cursor: { type: "string" },
  });
});

test.each(offeredShapes)(
  "%s is offered in a form that Codex does not change",
  (_, schema, shown) => {
    expect(offeredProperty(schema)).toEqual(shown);
  },
);

test("recursion is offered as it is, its limits in its definition", () => {
  const tree = z.object({
    name: z.string().min(1),
    get parts() {
      return z.array(tree).max(3).optional();
    },
  });
  const { inputJsonSchema } = offered(toolOf({ tree: tree.describe("The root") }));
  expect(inputJsonSchema).toMatchObject({ properties: { tree: { description: "The root" } } });
  expect(JSON.stringify(inputJsonSchema)).toContain('"description":"At least 1 character."');
  expect(JSON.stringify(inputJsonSchema)).toContain('"description":"At most 3 items."');
});

test("a root with an id, and one that leads back to itself, are objects", () => {
  const node = z
    .object({
      value: z.int().min(1),
      get next() {
        return node.optional();
      },
    })
    .meta({ id: "Node", description: "A node." });
  const tool = defineTool({
    name: "find",
    description: "Finds.",
    inputSchema: node,
    execute: () => "",
  });
  expect(offered(tool).inputJsonSchema).toEqual({
    type: "object",
    description: "A node.",
    properties: {
      value: { type: "integer", description: "At least 1." },
      next: { $ref: "#", description: "A node." },
    },
    required: ["value"],
  });
});

test("what a schema of 4,800 bytes or less says stands in it, and is not said twice", () => {
  const fields = (count: number) =>
    toolOf(
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`f${index}`, z.int().min(index)]),
      ),
    );
  expect(offered(fields(60)).description).toBe("Finds things.");
  const { description, inputJsonSchema } = offered(fields(120));
  expect(description).toBe(
    `Finds things.\n\nThe arguments follow this JSON Schema:\n${JSON.stringify(inputJsonSchema)}`,
  );
});

test("JSON that is no object of positions is handed on as it is", () => {
  const { decodeInput } = offered(toolOf({ at: z.tuple([z.number(), z.number()]) }));
  const handedOn = [
    null,
    "x",
    [1],
    {},
    { at: null },
    { at: [1, 2] },
    { at: { 0: 1, x: 2 } },
    { at: { 1: 2 } },
    { at: { 0: 1, 1: 2, 2: 3 } },
    { at: { 0: 1, 1: 2, rest: [3] } },
    { other: { 0: 1, 1: 2 } },
  ];
  expect(handedOn.map((json) => decodeInput?.(json))).toEqual(handedOn);
  expect(decodeInput?.({ at: { 0: 1, 1: 2 }, more: 1 })).toEqual({ at: [1, 2], more: 1 });
});

test("a key that an object inherits is no position", () => {
  const { decodeInput } = offered(toolOf({ at: z.record(z.string(), z.tuple([z.number()])) }));
  const given: unknown = JSON.parse('{"at":{"__proto__":{"0":1},"constructor":{"0":2}}}');
  const decoded = JSON.stringify(decodeInput?.(given));
  expect(decoded).toBe('{"at":{"__proto__":[1],"constructor":[2]}}');
});

test.each(["mcp", "mcp__wiki", "mcp--wiki"])(
  "a tool `%s` is refused, whose name Codex keeps for MCP servers",
  (name) => {
    const tool = { ...toolOf({}), name };
    expect(() => offerToCodex({ find: tool })).toThrow(`Tool "find": expected a name other than`);
    expect(() => offerToCodex({ find: { ...tool, name: "mcp_wiki" } })).not.toThrow();
  },
);
