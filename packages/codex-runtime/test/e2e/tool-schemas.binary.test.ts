import { reply, text } from "@ktx/codex-sim";
import type { BridgedTool, ToolSet } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import { z } from "zod";
import { codexWays } from "../isolation/codex-ways.ts";
import { startSceneOn } from "./scene.ts";
import { type ShownTool, shownTools } from "./shown-tools.ts";

/*
 * What the real Codex passes on of a tool's JSON Schema, shape by shape. `src/tools` builds on it: a new Codex
 * that does otherwise fails here.
 */

const object = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };
const item = { type: "object", description: "an item", properties: { n: { type: "integer" } } };
const tree = {
  type: "object",
  properties: { children: { type: "array", items: { $ref: "#/$defs/tree" } } },
  required: ["children"],
};
const $defs = { item, tree };

type Schema = object;

const same = "the same";

const shapes: readonly (readonly [shape: string, given: Schema, shown: Schema | typeof same])[] = [
  // Passed on.
  ["description", { type: "string", description: "Said." }, same],
  ["enum", { type: "string", enum: ["a", "b"] }, same],
  ["enum of numbers", { type: "number", enum: [1, 2] }, same],
  ["enum of several types that are given", { type: ["string", "number"], enum: ["a", 1] }, same],
  ["list of types", { type: ["string", "null"] }, same],
  ["anyOf", { anyOf: [{ type: "string", description: "one" }, { type: "null" }] }, same],
  ["anyOf with a description", { description: "outer", anyOf: [{ type: "string" }, {}] }, same],
  ["oneOf", { oneOf: [object, { type: "number" }] }, same],
  ["allOf", { allOf: [object, { type: "object", properties: { b: object } }] }, same],
  ["list", { type: "array", items: { type: "number", description: "one" }, minItems: 1 }, same],
  ["list of anything", { type: "array", items: {} }, same],
  ["closed object", { ...object, additionalProperties: false }, same],
  ["open object", { ...object, additionalProperties: true }, same],
  ["record", { type: "object", properties: {}, additionalProperties: { type: "number" } }, same],
  ["record of anything", { type: "object", properties: {}, additionalProperties: {} }, same],
  ["object of objects", { type: "object", description: "1", properties: { b: item } }, same],
  ["optional property", { type: "object", properties: { a: { type: "string" } } }, same],
  ["empty object", { type: "object", properties: {} }, same],
  ["anything", {}, same],
  ["reference", { $ref: "#/$defs/item" }, same],
  ["reference with a description", { $ref: "#/$defs/item", description: "here" }, same],
  ["recursion", { type: "array", items: { $ref: "#/$defs/tree" } }, same],
  ["reference to the root", { type: "object", properties: { me: { $ref: "#" } } }, same],

  // Written in another way.
  ["const", { type: "string", const: "a" }, { type: "string", enum: ["a"] }],
  ["const of a number", { type: "number", const: 5 }, { type: "number", enum: [5] }],
  ["object without properties", { type: "object" }, { type: "object", properties: {} }],

  // Dropped.
  [
    "numeric limits",
    { type: "integer", minimum: 1, maximum: 50, exclusiveMinimum: 0, multipleOf: 5 },
    { type: "integer" },
  ],
  ["default", { type: "integer", default: 10 }, { type: "integer" }],
  [
    "lengths, pattern and format",
    { type: "string", minLength: 2, maxLength: 3, pattern: "^a", format: "email" },
    { type: "string" },
  ],
  [
    "annotations",
    { type: "string", title: "T", examples: ["a"], deprecated: true, readOnly: true },
    { type: "string" },
  ],
  [
    "maxItems and uniqueItems",
    { type: "array", items: {}, minItems: 1, maxItems: 3, uniqueItems: true },
    { type: "array", items: {}, minItems: 1 },
  ],
  [
    "propertyNames",
    { type: "object", propertyNames: { enum: ["a"] }, additionalProperties: {}, required: ["a"] },
    { type: "object", properties: {}, additionalProperties: {}, required: ["a"] },
  ],
  [
    "patternProperties",
    { type: "object", patternProperties: { "^a": { type: "number" } } },
    { type: "object", properties: {} },
  ],
  ["counts of properties", { ...object, minProperties: 1, maxProperties: 2 }, { ...object }],
  ["description that stands alone", { description: "any" }, {}],
  ["not", { not: { type: "string" } }, {}],
  ["nothing", { not: {} }, {}],

  // Changed into something else.
  ["true", { anyOf: [true, object] }, { anyOf: [{ type: "string" }, object] }],
  ["list without items", { type: "array" }, { type: "array", items: { type: "string" } }],
  ["list of true", { type: "array", items: true }, { type: "array", items: { type: "string" } }],
  [
    "tuple",
    { type: "array", prefixItems: [{ type: "number" }, { type: "number" }], items: false },
    { type: "array", items: { type: "string" } },
  ],
  ["const without a type", { const: 5 }, { type: "string", enum: [5] }],
  ["enum without a type", { enum: ["a", 1, null] }, { type: "string", enum: ["a", 1, null] }],
  ["const of an object", { const: { a: 1 } }, { type: "string", enum: [{ a: 1 }] }],
];

test.each(codexWays)(
  "of each shape of schema Codex shows the model what the table says, over $transport of $version",
  async (way) => {
    const tools = shapes.map(([, given], index) => rawTool(`tool_${index}`, { v: given }));

    const shown = await showTools(Object.fromEntries(tools.entries()), way);

    const arrived = shapes.map(([shape, given], index) => {
      const properties = shown.get(`tool_${index}`)?.parameters["properties"];
      return [shape, given, Object(properties).v];
    });
    expect(arrived).toEqual(
      shapes.map(([shape, given, expected]) => [
        shape,
        given,
        expected === same ? given : expected,
      ]),
    );
  },
);

test.each(codexWays)(
  "from 5,000 bytes on Codex drops descriptions, then definitions, then what is deep, over $transport of $version",
  async (way) => {
    const inner = { type: "object", properties: { b: { type: "object", properties: {} } } };
    const deep = { type: "object", properties: { a: inner } };
    const many = (count: number, part: object): Record<string, object> =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`property_${index}`, part]));
    const described = (length: number): object => ({
      type: "string",
      description: "d".repeat(length),
    });

    const shown = await showTools(
      {
        fits: rawTool("fits", { v: described(4_925) }),
        long: rawTool("long", { v: described(4_935) }),
        references: rawTool("references", many(200, { $ref: "#/$defs/item" })),
        deep: rawTool("deep", many(60, deep)),
      },
      way,
    );

    const propertiesOf = (name: string): unknown => shown.get(name)?.parameters["properties"];
    expect(propertiesOf("fits")).toEqual({ v: described(4_925) });
    expect(propertiesOf("long")).toEqual({ v: { type: "string" } });
    expect(shown.get("references")?.parameters).not.toHaveProperty("$defs");
    expect(propertiesOf("references")).toEqual(many(200, {}));
    const cut = { type: "object", properties: { b: {} } };
    expect(propertiesOf("deep")).toEqual(many(60, { type: "object", properties: { a: cut } }));
  },
);

test.each(codexWays)(
  "a tool's own description is shown whole, however long it is, over $transport of $version",
  async (way) => {
    const description = "Looks. ".repeat(10_000);

    const shown = await showTools({ tool: { ...rawTool("look", {}), description } }, way);

    expect(shown.get("look")?.description).toBe(description);
  },
);

/** Lists a JSON Schema as it is; the definitions only where it refers to them. */
function rawTool(name: string, properties: Readonly<Record<string, Schema>>): BridgedTool {
  const refers = JSON.stringify(properties).includes("#/$defs/");
  return {
    name,
    description: "A tool.",
    inputSchema: z.object({}),
    inputJsonSchema: {
      type: "object",
      properties: { ...properties },
      ...(refers && { $defs }),
    },
    execute: () => "done",
  };
}

async function showTools(
  toolSet: ToolSet,
  { transport, codexPath }: (typeof codexWays)[number],
): Promise<ReadonlyMap<string, ShownTool>> {
  await using scene = await startSceneOn(transport, [reply([text("done")])], { codexPath });
  await scene.runtime.generateText({ role: "default", prompt: "Work.", tools: toolSet });
  return shownTools(scene.sim.requests[0]);
}
