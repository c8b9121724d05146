import { findStrictSchemaProblem } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { compileOutputSchema, type JsonSchemaSource, validateOutput } from "../src/index.ts";

interface Case {
  readonly schema: JsonSchemaSource;
  readonly fits: readonly unknown[];
  readonly doesNot: readonly unknown[];
}

/** A JSON Schema of an object with one property, which must be there. */
function of(a: unknown, besides: JsonSchemaSource = {}): JsonSchemaSource {
  return { type: "object", properties: { a }, required: ["a"], ...besides };
}

const text = { type: "string" };

const cases: Readonly<Record<string, Case>> = {
  "a text without a type": {
    schema: of({ minLength: 3 }),
    fits: [{ a: "abc" }],
    doesNot: [{ a: "x" }, {}],
  },
  "a list without a type": {
    schema: of({ items: text, minItems: 1 }),
    fits: [{ a: ["x"] }],
    doesNot: [{ a: [1] }, { a: [] }],
  },
  "a list of whatever": {
    schema: of({ type: ["array", "null"], maxItems: 1 }),
    fits: [{ a: [{ b: 1 }] }, { a: null }],
    doesNot: [{ a: [1, 2] }],
  },
  "a number or a text without a type": {
    schema: of({ minimum: 3, pattern: "^x" }),
    fits: [{ a: 3 }, { a: "xy" }],
    doesNot: [{ a: 2 }, { a: "y" }],
  },
  "one of two properties": {
    schema: {
      type: "object",
      properties: { a: text, b: text },
      anyOf: [{ required: ["a"] }, { required: ["b"] }],
    },
    fits: [{ a: "x" }, { b: "y" }, { a: "x", b: "y" }],
    doesNot: [{}, { a: 1 }],
  },
  "exactly one of two properties": {
    schema: {
      type: "object",
      properties: { a: text, b: text },
      oneOf: [{ required: ["a"] }, { required: ["b"] }],
    },
    fits: [{ a: "x" }],
    doesNot: [{}, { a: "x", b: "y" }],
  },
  "a required property that is not listed": {
    schema: { type: "object", required: ["a"], additionalProperties: { type: "number" } },
    fits: [{ a: 1 }, { a: 1, b: 2 }],
    doesNot: [{ b: 1 }, { a: "x" }],
  },
  "a reference with a limit beside it": {
    schema: of({ $ref: "#/$defs/Name", minLength: 3 }, { $defs: { Name: text } }),
    fits: [{ a: "abc" }],
    doesNot: [{ a: "x" }],
  },
  "a reference with words beside it": {
    schema: of({ $ref: "#/$defs/Name", description: "Its name." }, { $defs: { Name: text } }),
    fits: [{ a: "abc" }],
    doesNot: [{ a: 1 }],
  },
  "a reference to where a part was first written": {
    schema: {
      ...of({ $ref: "#/properties/b/items/0" }),
      properties: {
        a: { $ref: "#/properties/b/items/0" },
        b: { type: "array", items: [{ type: "object", properties: { c: text } }] },
      },
    },
    fits: [{ a: { c: "x" } }, { a: {}, b: [{ c: "y" }] }],
    doesNot: [{ a: { c: 1 } }, { a: {}, b: [1] }],
  },
  "a reference to itself within a part": {
    schema: of({
      type: "object",
      properties: { next: { $ref: "#/properties/a" } },
      additionalProperties: false,
    }),
    fits: [{ a: {} }, { a: { next: { next: {} } } }],
    doesNot: [{ a: { next: 1 } }, { a: { next: { other: 1 } } }],
  },
  "an enum of what its type allows": {
    schema: of({ type: "string", enum: ["x", 1, null] }),
    fits: [{ a: "x" }],
    doesNot: [{ a: 1 }, { a: null }],
  },
  "an enum with a pattern": {
    schema: of({ enum: ["x", "y"], pattern: "x" }),
    fits: [{ a: "x" }],
    doesNot: [{ a: "y" }],
  },
  "a constant object": {
    schema: of({ const: { x: [1, { y: null }], z: [] } }),
    fits: [{ a: { x: [1, { y: null }], z: [] } }],
    doesNot: [{ a: { x: [1, { y: null }] } }, { a: { x: [2, { y: null }], z: [] } }],
  },
  "an enum of objects and others": {
    schema: of({ type: ["object", "string"], enum: [{ x: 1 }, { x: 2 }, "none", 3] }),
    fits: [{ a: { x: 1 } }, { a: { x: 2 } }, { a: "none" }],
    doesNot: [{ a: { x: 3 } }, { a: 3 }, { a: "some" }],
  },
  "a rule that depends on a value": {
    schema: {
      ...of({ enum: ["card", "cash"] }),
      properties: { a: { enum: ["card", "cash"] }, number: text },
      if: { properties: { a: { const: "card" } } },
      // oxlint-disable-next-line unicorn/no-thenable -- A keyword of JSON Schema.
      then: { required: ["number"] },
    },
    fits: [{ a: "cash" }, { a: "card", number: "1" }],
    doesNot: [{ a: "card" }],
  },
  "what must not be": {
    schema: of({ type: "string", not: { enum: ["admin"] } }),
    fits: [{ a: "ada" }],
    doesNot: [{ a: "admin" }],
  },
  "a property that needs another": {
    schema: {
      type: "object",
      properties: { a: text, b: text, c: text },
      dependencies: { a: ["b"], b: { required: ["c"] } },
    },
    fits: [{}, { c: "z" }, { a: "x", b: "y", c: "z" }],
    doesNot: [{ a: "x" }, { b: "y" }],
  },
  "parts that close each other": {
    schema: {
      allOf: [of(text), { type: "object", properties: { b: text } }],
      unevaluatedProperties: false,
    },
    fits: [{ a: "x" }, { a: "x", b: "y" }],
    doesNot: [{ a: "x", c: 1 }],
  },
  "limits in the words of draft 4": {
    schema: of(
      { id: "#limit", type: "number", minimum: 3, exclusiveMinimum: true, maximum: 5 },
      { $schema: "http://json-schema.org/draft-04/schema#" },
    ),
    fits: [{ a: 5 }],
    doesNot: [{ a: 3 }, { a: 6 }],
  },
  "definitions and positions in the words of draft 7": {
    schema: of(
      {
        type: "array",
        items: [text, { $ref: "#/definitions/Age" }],
        minItems: 2,
        additionalItems: false,
      },
      {
        $schema: "http://json-schema.org/draft-07/schema#",
        definitions: { Age: { type: "integer" } },
      },
    ),
    fits: [{ a: ["Ada", 36] }],
    doesNot: [{ a: ["Ada"] }, { a: ["Ada", 1.5] }, { a: ["Ada", 1, 2] }],
  },
  "what may be null in the words of OpenAPI 3.0": {
    schema: of({ type: "string", nullable: true }),
    fits: [{ a: null }, { a: "x" }],
    doesNot: [{ a: 1 }, {}],
  },
  "a default that must fit": {
    schema: { type: "object", properties: { a: { type: "string", default: 5 } } },
    fits: [{ a: "x" }],
    doesNot: [{}],
  },
  "what Pydantic writes": {
    schema: {
      $defs: {
        Color: { enum: ["red", "green"], title: "Color", type: "string" },
        Item: {
          properties: {
            name: { title: "Name", type: "string" },
            color: { $ref: "#/$defs/Color" },
            price: { anyOf: [{ type: "number" }, { type: "null" }], default: null, title: "Price" },
          },
          required: ["name", "color"],
          title: "Item",
          type: "object",
        },
      },
      properties: {
        items: { items: { $ref: "#/$defs/Item" }, title: "Items", type: "array" },
        tags: { additionalProperties: { type: "integer" }, title: "Tags", type: "object" },
      },
      required: ["items", "tags"],
      title: "Order",
      type: "object",
    },
    fits: [{ items: [{ name: "x", color: "red", price: 2 }], tags: { a: 1 } }],
    doesNot: [{ items: [{ name: "x", color: "blue" }], tags: {} }, { items: [] }],
  },
};

test.each(Object.entries(cases))("%s is asked for and checked", async (_what, one) => {
  const { jsonSchema, encode } = compileOutputSchema(one.schema);
  expect(findStrictSchemaProblem(jsonSchema)).toBeUndefined();
  for (const value of one.fits) {
    const answer = JSON.stringify(encode(value));
    expect(await validateOutput(one.schema, answer)).toEqual({ ok: true, value, repaired: false });
  }
  for (const value of one.doesNot)
    expect(await validateOutput(one.schema, JSON.stringify(value))).toMatchObject({ ok: false });
});

test("what zod cannot read is said in words, and its issues have a path and what was expected", async () => {
  const schema = of({ type: "array", items: { type: "string", not: { enum: ["x"] } } });
  expect(compileOutputSchema(schema).jsonSchema["properties"]).toEqual({
    a: {
      type: "array",
      items: {
        type: "string",
        description: 'Must also match the JSON Schema {"not":{"enum":["x"]}}.',
      },
    },
  });
  expect(await validateOutput(schema, '{"a":["y","x"]}')).toEqual({
    ok: false,
    issues: [{ path: "$.a[1]", message: "must NOT be valid" }],
  });
  const closed = { allOf: [of(text)], unevaluatedProperties: false };
  expect(await validateOutput(closed, '{"a":"x","b":1}')).toEqual({
    ok: false,
    issues: [{ path: "$", message: 'must NOT have unevaluated properties: "b"' }],
  });
});

test.each([
  ["what leads nowhere", of({ $ref: "#/properties/none" })],
  ["what is no URI", of({ $ref: "#/properties/%E0%A4%A" })],
  ["what leads elsewhere", of({ $ref: "other.json" })],
  ["what is decided at run time", of({ $dynamicRef: "#node" })],
])("a reference to %s is refused", (_what, schema) => {
  expect(() => compileOutputSchema(schema)).toThrow(
    /^The output schema cannot be used: zod cannot/,
  );
});

test("a default may be left to us also where it is required", async () => {
  const schema = of({ type: "string", default: "EUR" });
  expect(compileOutputSchema(schema).jsonSchema["properties"]).toMatchObject({
    a: { description: 'Defaults to "EUR" if null.' },
  });
  expect(await validateOutput(schema, '{"a":null}')).toMatchObject({ value: { a: "EUR" } });
});

test("a value that Ajv cannot look at is an issue", async () => {
  const schema = { ...of({ uniqueItems: true, items: { type: "object" } }) };
  expect(await validateOutput(schema, '{"a":[{"valueOf":1},{"valueOf":2}]}')).toEqual({
    ok: false,
    issues: [
      { path: "$", message: "could not be checked: TypeError: a.valueOf is not a function" },
    ],
  });
});

test("a JSON Schema stays as it is", () => {
  const schema = of({ $ref: "#/definitions/A", minLength: 1 }, { definitions: { A: text } });
  const before = structuredClone(schema);
  compileOutputSchema(schema);
  expect(schema).toEqual(before);
});

const list = { type: "array", items: text };
const texts = { type: "object", additionalProperties: text };

test.each<readonly [written: JsonSchemaSource, said: JsonSchemaSource]>([
  [{ ...list, uniqueItems: true }, { uniqueItems: true }],
  [{ ...list, contains: { const: "x" } }, { contains: { const: "x" } }],
  [
    { ...list, contains: { const: "x" }, minContains: 2 },
    { contains: { const: "x" }, minContains: 2 },
  ],
  [{ ...texts, minProperties: 2 }, { minProperties: 2 }],
  [{ ...texts, maxProperties: 2 }, { maxProperties: 2 }],
  [{ ...texts, propertyNames: { enum: ["x"] } }, { propertyNames: { enum: ["x"] } }],
  [{ type: "object", patternProperties: { "^x": text } }, { patternProperties: { "^x": text } }],
  [{ ...text, contentEncoding: "base64" }, { contentEncoding: "base64" }],
  [
    { ...text, contentMediaType: "application/json", contentSchema: { type: "number" } },
    { contentMediaType: "application/json", contentSchema: { type: "number" } },
  ],
])("the model reads the constraint that the strict form cannot carry: %j", (written, said) => {
  const { jsonSchema } = compileOutputSchema(of(written));
  expect(findStrictSchemaProblem(jsonSchema)).toBeUndefined();
  expect(jsonSchema).toMatchObject({
    properties: { a: { description: `Must also match the JSON Schema ${JSON.stringify(said)}.` } },
  });
});

test.each<JsonSchemaSource>([
  { ...list, uniqueItems: false },
  { ...texts, minProperties: 0 },
])("the model reads nothing of a constraint that allows everything: %j", (written) => {
  const { jsonSchema } = compileOutputSchema(of(written));
  expect(JSON.stringify(jsonSchema)).not.toContain("Must also match");
});
