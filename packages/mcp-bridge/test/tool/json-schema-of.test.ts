import { expect, test } from "vitest";
import { z } from "zod";
import { type BridgedTool, callTool, resolveToolSet } from "../../src/index.ts";
import { contextWith, greet, textOf } from "../builders.ts";

const uncallable: readonly (readonly [name: string, shape: z.core.$ZodShape, message: string])[] = [
  ["a file", { image: z.file() }, "a file, which no client can send (at $.image). Use z.base64()"],
  [
    "files in a list",
    { images: z.array(z.file()) },
    "client can send (at $.images[]). Use z.base64",
  ],
  [
    "an optional file",
    { image: z.file().optional() },
    "client can send (at $.image). Use z.base64()",
  ],
  [
    "an instance",
    { url: z.instanceof(URL) },
    "z.instanceof() (at $.url). Use the schema of the JSON",
  ],
  [
    "a function",
    { on: z.record(z.string(), z.function()) },
    "a function (at $.on{}). Leave it out",
  ],
  ["a symbol", { a: z.union([z.string(), z.symbol()]) }, "a symbol (at $.a). Use a z.enum()"],
  [
    "a Date",
    { range: z.object({ from: z.date() }) },
    "a Date (at $.range.from). Use z.iso.datetime()",
  ],
  [
    "a Map",
    { a: z.tuple([z.string(), z.map(z.string(), z.string())]) },
    "a Map (at $.a[1]). Use z.rec",
  ],
  ["a Set", { a: z.set(z.string()) }, "a Set (at $.a). Use z.array()"],
  ["a bigint", { a: z.bigint().default(5n) }, "a bigint (at $.a). Use z.int()"],
  ["a literal bigint", { a: z.literal([5n]) }, "a bigint (at $.a). Use z.int()"],
  ["undefined", { a: z.undefined() }, "nothing but undefined (at $.a). Use z.null()"],
  ["NaN", { a: z.nan() }, "NaN (at $.a). Use z.null()"],
  [
    "a bare transform",
    { a: z.transform(String) },
    "a transform of anything (at $.a). Name the input",
  ],
  [
    "a required never",
    { a: z.never() },
    "z.never(), so that no call is possible (at $.a). Leave it",
  ],
  [
    "a never within",
    { a: z.object({ b: z.never() }) },
    "no call is possible (at $.a.b). Leave it out",
  ],
  [
    "a position of never",
    { a: z.tuple([z.string(), z.never()]) },
    "no call is possible (at $.a[1])",
  ],
  [
    "an item of never",
    { a: z.array(z.never()).min(1) },
    "no call is possible (at $.a[]). Leave it out",
  ],
];

test.each(uncallable)(
  "%s in an input is refused with its path and what works",
  (_, shape, message) => {
    expect(() => resolveToolSet({ tool: { ...greet, inputSchema: z.object(shape) } })).toThrow(
      expect.objectContaining({
        code: "invalid-input-schema",
        message: expect.stringContaining(message),
      }),
    );
  },
);

test("of several the first is named", () => {
  const inputSchema = z.object({ first: z.date(), second: z.file() });
  expect(() => resolveToolSet({ tool: { ...greet, inputSchema } })).toThrow("(at $.first)");
});

test("what can be left out, or never comes up, is no reason to refuse a tool", () => {
  const inputSchema = z.object({
    a: z.never().optional(),
    b: z.array(z.never()),
    c: z.preprocess(Number, z.number()),
    d: z.codec(z.iso.datetime(), z.date(), {
      decode: (text) => new Date(text),
      encode: (date) => date.toISOString(),
    }),
    e: z.string().transform((text) => new Set(text)),
  });
  expect(listed({ ...greet, inputSchema }).inputSchema.required).toEqual(["b", "c", "d", "e"]);
});

test("a schema with an id is listed as an object, at the root and within", () => {
  const page = z.object({ name: z.string() }).meta({ id: "Page", description: "A page." });
  const inputSchema = z.object({ page, other: page.optional() }).meta({ id: "Input" });
  const outputSchema = z.object({ pages: z.array(page) }).meta({ id: "Output", title: "Found" });

  const listing = listed({ ...greet, inputSchema, outputSchema });

  const shown = {
    type: "object",
    description: "A page.",
    properties: { name: { type: "string" } },
    required: ["name"],
  };
  expect(listing.inputSchema).toMatchObject({
    type: "object",
    properties: { page: shown, other: shown },
    required: ["page"],
  });
  expect(listing.outputSchema).toMatchObject({
    type: "object",
    title: "Found",
    properties: { pages: { type: "array", items: shown } },
  });
  expect(JSON.stringify(listing)).not.toMatch(/Page"|"Input|"Output/);
});

test("two schemas of one id, and recursion with an id, are listed", () => {
  const twice = z.object({ a: z.string().meta({ id: "x" }), b: z.int().meta({ id: "x" }) });
  const tree = z
    .object({
      get parts() {
        return z.array(tree);
      },
    })
    .meta({ id: "Tree" });

  expect(listed({ ...greet, inputSchema: twice }).inputSchema.properties).toMatchObject({
    a: { type: "string" },
    b: { type: "integer" },
  });
  expect(listed({ ...greet, inputSchema: z.object({ tree }) }).inputSchema).toMatchObject({
    type: "object",
    properties: { tree: { $ref: expect.any(String) } },
    required: ["tree"],
  });
});

test("a tool may list a JSON Schema of its own, and decodes what has that form", async () => {
  const tool: BridgedTool<{ who: string }> = {
    ...greet,
    inputJsonSchema: { type: "object", properties: { names: { type: "array" } } },
    decodeInput: (given) =>
      typeof given === "object" && given !== null && "names" in given
        ? { who: String(given.names) }
        : given,
  };

  expect(listed(tool).inputSchema).toEqual(tool.inputJsonSchema);
  const { signal } = new AbortController();
  const call = async (given: unknown) => textOf(await callTool(tool, given, contextWith(signal)));
  expect(await call({ names: ["Ada", "Bo"] })).toBe("Hello, Ada,Bo!");
  expect(await call({ who: "Cy" })).toBe("Hello, Cy!");
  expect(await call({ names: [] })).toContain("The arguments of greet are invalid");
});

test("a JSON Schema of its own that is no object is refused", () => {
  const inputJsonSchema = JSON.parse('{"type":"string"}');
  expect(() => listed({ ...greet, inputJsonSchema })).toThrow(
    'Tool "tool": expected an inputJsonSchema of type "object", got an object of type Object.',
  );
});

test("a paged tool adds its cursor to a JSON Schema of its own", () => {
  const inputJsonSchema = { type: "object" as const, properties: { name: { type: "string" } } };
  expect(listed({ ...greet, paged: true, inputJsonSchema }).inputSchema.properties).toEqual({
    name: { type: "string" },
    cursor: expect.objectContaining({ type: "string" }),
  });
});

function listed(tool: BridgedTool<{ who: string }> | BridgedTool) {
  const [resolved] = resolveToolSet({ tool });
  if (resolved === undefined) throw new Error("nothing was listed");
  return resolved.listing;
}
