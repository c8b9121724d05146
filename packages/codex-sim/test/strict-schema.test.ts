import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findStrictSchemaProblem, strictSchemaRefusal } from "../src/index.ts";

const text = { type: "string" };
const object = (properties: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
});

/** Nested objects, `levels` of them. */
const nested = (levels: number): Record<string, unknown> =>
  object({ next: levels === 1 ? text : nested(levels - 1) });

const refer = (name: string) => ({ $ref: `#/$defs/${name}` });

/** Definitions from `D0` on, each with the next one in it. */
const chained = (count: number, link: (next: object) => object) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `D${index}`,
      index === count - 1 ? text : link(refer(`D${index + 1}`)),
    ]),
  );

const wide = (count: number) =>
  object(Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, text])));

const choice = (count: number, length = 4) => ({
  type: "string",
  enum: Array.from({ length: count }, (_, index) => String(index).padEnd(length, "x")),
});

const accepted: readonly (readonly [rule: string, schema: unknown])[] = [
  ["an object without properties", object({})],
  ["every JSON type", object({ a: text, b: { type: "number" }, c: { type: "integer" } })],
  ["a nullable type", object({ a: { type: ["string", "null"] } })],
  ["null beside another schema", object({ a: { anyOf: [text, { type: "null" }] } })],
  ["an enum and a typed constant", object({ a: choice(3), b: { type: "string", const: "x" } })],
  [
    "string limits",
    object({ a: { ...text, pattern: "^@[a-z]+$" }, b: { ...text, format: "uuid" } }),
  ],
  [
    "number limits",
    object({ a: { type: "number", minimum: 0, exclusiveMaximum: 9, multipleOf: 3 } }),
  ],
  ["array limits", object({ a: { type: "array", items: text, minItems: 1, maxItems: 9 } })],
  [
    "titles, descriptions and $schema",
    object({ a: { ...text, title: "A", description: "the a" } }, { $schema: "x" }),
  ],
  ["a definition", object({ a: { $ref: "#/$defs/A" } }, { $defs: { A: object({ b: text }) } })],
  [
    "a draft-7 definition",
    object({ a: { $ref: "#/definitions/A" } }, { definitions: { A: text } }),
  ],
  ["recursion through the root", object({ a: { anyOf: [{ $ref: "#" }, { type: "null" }] } })],
  [
    "recursion through a definition",
    object(
      { a: { $ref: "#/$defs/A" } },
      { $defs: { A: object({ next: { anyOf: [{ $ref: "#/$defs/A" }, { type: "null" }] } }) } },
    ),
  ],
  [
    "variants told apart by their first key",
    object({ a: { anyOf: [object({ x: text }), object({ y: text })] } }),
  ],
  [
    "variants told apart by the constant under their first key",
    object({
      a: {
        anyOf: [
          object({ kind: { type: "string", const: "x" }, n: text }),
          object({ kind: { type: "string", enum: ["y", "z"] }, n: text }),
        ],
      },
    }),
  ],
  [
    "variants told apart by a constant behind two references",
    object(
      {
        a: {
          anyOf: [
            object({ kind: refer("A"), n: text }),
            object({ kind: { type: "string", const: "y" }, n: text }),
          ],
        },
      },
      { $defs: { A: refer("B"), B: { type: "string", const: "x" } } },
    ),
  ],
  [
    "variants among which is the choice itself",
    object(
      { a: refer("A") },
      { $defs: { A: { anyOf: [object({ x: text }), text, { anyOf: [refer("A")] }] } } },
    ),
  ],
  ["a property named like a keyword", object({ allOf: text, $ref: text, default: text })],
  ["10 levels of nesting", nested(10)],
  ["brackets of lookaround in a class", object({ a: { type: "string", pattern: "^[(?=]+$" } })],
  ["5000 properties", wide(5000)],
  ["1000 enum values", object({ a: choice(1000) })],
];

const permitted = (keyword: string) =>
  `In context=('properties', 'a'), '${keyword}' is not permitted.`;
const missing =
  "'required' is required to be supplied and to be an array including every key in properties.";
const closed = "'additionalProperties' is required to be supplied and to be false.";
const notAnObject = (type: string) =>
  `schema must be a JSON Schema of 'type: "object"', got 'type: "${type}"'.`;

const refused: readonly (readonly [
  rule: string,
  schema: unknown,
  path: string,
  sentence: string,
])[] = [
  ["an array at the root", { type: "array", items: text }, "$", notAnObject("array")],
  ["anyOf at the root", { anyOf: [object({ a: text })] }, "$", notAnObject("None")],
  ["an open object", { type: "object", properties: {} }, "$", `In context=(), ${closed}`],
  [
    "a map",
    object({ a: object({}, { additionalProperties: text }) }),
    "$.properties.a",
    `In context=('properties', 'a'), ${closed}`,
  ],
  [
    "an optional property",
    object({ a: text, b: text }, { required: ["a"] }),
    "$",
    `In context=(), ${missing} Missing 'b'.`,
  ],
  [
    "a required key without a property",
    object({}, { required: ["b"] }),
    "$",
    `In context=(), ${missing} Extra required key 'b' supplied.`,
  ],
  [
    "an empty schema",
    object({ a: {} }),
    "$.properties.a",
    "In context=('properties', 'a'), schema must have a 'type' key.",
  ],
  [
    "a constant without a type",
    object({ a: { const: 1 } }),
    "$.properties.a",
    "In context=('properties', 'a'), schema must have a 'type' key.",
  ],
  [
    "an unknown type",
    object({ a: { type: "date" } }),
    "$.properties.a",
    "In context=('properties', 'a'), 'date' is not valid under any of the given schemas.",
  ],
  [
    "an enum value of another type",
    object({ a: { type: "string", enum: ["x", null] } }),
    "$.properties.a",
    `In context=('properties', 'a'), enum value null does not validate against {'type': "string"}.`,
  ],
  [
    "an array without items",
    object({ a: { type: "array" } }),
    "$.properties.a",
    "In context=('properties', 'a'), array schema missing items.",
  ],
  [
    "a draft-7 tuple",
    object({ a: { type: "array", items: [text] } }),
    "$.properties.a",
    `In context=('properties', 'a'), [{"type":"string"}] is not of type 'object', 'boolean'.`,
  ],
  ...[
    "allOf oneOf not if then else dependentRequired dependentSchemas",
    "patternProperties propertyNames minProperties maxProperties unevaluatedProperties",
    "prefixItems uniqueItems contains minContains maxContains unevaluatedItems",
    "minLength maxLength default contentEncoding",
  ]
    .flatMap((line) => line.split(" "))
    .map(
      (keyword) =>
        [
          `the keyword ${keyword}`,
          object({ a: { ...text, [keyword]: 1 } }),
          "$.properties.a",
          permitted(keyword),
        ] as const,
    ),
  [
    "an unlisted format",
    object({ a: { ...text, format: "uri" } }),
    "$.properties.a",
    "In context=('properties', 'a'), 'uri' is not a valid format.",
  ],
  [
    "a keyword beside $ref",
    object({ a: { $ref: "#", description: "x" } }),
    "$.properties.a",
    "context=('properties', 'a'), $ref cannot have keywords {'description'}.",
  ],
  [
    "a reference that leads nowhere",
    object({ a: { $ref: "#/$defs/A" } }),
    "$.properties.a",
    "In context=('properties', 'a'), reference to component '#/$defs/A' which was not found in the schema.",
  ],
  [
    "a reference to nothing but itself",
    object({ a: { $ref: "#/$defs/A" } }, { $defs: { A: { $ref: "#/$defs/A" } } }),
    "$.properties.a",
    "In context=('properties', 'a'), reference to component '#/$defs/A' leads to itself.",
  ],
  [
    "a fault in a property that its type has not",
    object({ a: { type: "string", properties: { b: {} } } }),
    "$.properties.a.properties.b",
    "In context=('properties', 'a', 'properties', 'b'), schema must have a 'type' key.",
  ],
  [
    "a reference into properties",
    object({ a: text, b: { $ref: "#/properties/a" } }),
    "$.properties.b",
    "In context=('properties', 'b'), reference can only point to definitions defined at the top level of the schema.",
  ],
  [
    "a fault in a variant",
    object({ a: { type: "array", items: { anyOf: [text, {}] } } }),
    "$.properties.a.items.anyOf[1]",
    "In context=('properties', 'a', 'items', 'anyOf', '1'), schema must have a 'type' key.",
  ],
  [
    "a fault in a definition",
    object({}, { $defs: { A: {} } }),
    "$.$defs.A",
    "In context=('$defs', 'A'), schema must have a 'type' key.",
  ],
  ["11 levels of nesting", nested(11), "$", "11 levels of nesting exceeds limit of 10."],
  [
    "11 levels, one behind a reference",
    object({ a: { $ref: "#/$defs/A" } }, { $defs: { A: nested(10) } }),
    "$",
    "11 levels of nesting exceeds limit of 10.",
  ],
  ["5001 properties", wide(5001), "$", "5001 parameters exceeds limit of 5000."],
  [
    "1001 enum values",
    object({ a: choice(501), b: choice(500) }),
    "$",
    "1001 enum values exceeds limit of 1000.",
  ],
  [
    "a large enum of long values",
    object({ a: choice(251, 60) }),
    "$",
    "15060 characters in an enum with more than 250 values exceeds limit of 15000.",
  ],
  [
    "too many characters",
    object({ a: choice(250, 500) }),
    "$",
    "125001 characters in names and values exceeds limit of 120000.",
  ],
];

const withoutPrefix: readonly (readonly [
  rule: string,
  schema: unknown,
  path: string,
  message: string,
])[] = [
  [
    "no schema at all",
    7,
    "$",
    "Invalid schema for response_format 'codex_output_schema'. Please ensure it is a valid JSON Schema.",
  ],
  [
    "a boolean schema",
    object({ a: true }),
    "$.properties.a",
    "Invalid schema for response_format 'codex_output_schema'. Please ensure it is a valid JSON Schema.",
  ],
  [
    "lookaround",
    object({ a: { ...text, pattern: "^(?!x)" } }),
    "$.properties.a",
    "Invalid JSON schema: regex lookaround is not supported. Found at $.properties.a.pattern.",
  ],
  [
    "variants with the same first key",
    object({ a: { anyOf: [object({ x: text, y: text }), object({ x: text })] } }),
    "$.properties.a",
    "Invalid schema: Objects provided via 'anyOf' must not share identical first keys. Consider adding a discriminator key or rearranging the properties to ensure the first key is unique.",
  ],
  [
    "variants of variants with the same first key",
    object({ a: { anyOf: [{ anyOf: [object({ x: text, y: text })] }, object({ x: text })] } }),
    "$.properties.a",
    "Invalid schema: Objects provided via 'anyOf' must not share identical first keys. Consider adding a discriminator key or rearranging the properties to ensure the first key is unique.",
  ],
  [
    "one definition as two variants",
    object({ a: { anyOf: [refer("A"), refer("A")] } }, { $defs: { A: object({ x: text }) } }),
    "$.properties.a",
    "Invalid schema: Objects provided via 'anyOf' must not share identical first keys. Consider adding a discriminator key or rearranging the properties to ensure the first key is unique.",
  ],
  [
    "a variant with the same first key behind two references",
    object(
      { a: { anyOf: [refer("A"), object({ x: text })] } },
      { $defs: { A: refer("B"), B: object({ x: text, y: text }) } },
    ),
    "$.properties.a",
    "Invalid schema: Objects provided via 'anyOf' must not share identical first keys. Consider adding a discriminator key or rearranging the properties to ensure the first key is unique.",
  ],
];

/** An object without a text of its own. */
const textless = { toString: 1, valueOf: 1 };

const malformed: readonly (readonly [keyword: string, value: unknown, sentence: string])[] = [
  ["type", [], "[] should be non-empty."],
  ["type", ["string", "string"], '["string","string"] has non-unique elements.'],
  ["type", 5, "5 is not valid under any of the given schemas."],
  ["type", textless, '{"toString":1,"valueOf":1} is not valid under any of the given schemas.'],
  ["type", ["string", 1n], `["string","1"] holds what is not of type 'string'.`],
  ["enum", "x", `"x" is not of type 'array'.`],
  ["enum", { x: 1n }, `{"x":"1"} is not of type 'array'.`],
  ["enum", [], "[] should be non-empty."],
  ["pattern", 7, "7 is not of type 'string'."],
  ["pattern", "(", `"(" is not a 'regex'.`],
  ["minimum", "x", `"x" is not of type 'number'.`],
  ["multipleOf", 0, "0 is less than or equal to the minimum of 0."],
  ["minItems", -1, "-1 is less than the minimum of 0."],
  ["minItems", 1.5, "1.5 is not of type 'integer'."],
  ["maxItems", 1n, "1 is not of type 'integer'."],
  ["description", 5, "5 is not of type 'string'."],
  ["title", {}, "{} is not of type 'string'."],
  ["$id", 5, "5 is not of type 'string'."],
  ["properties", [], "[] is not of type 'object'."],
  ["properties", "x", `"x" is not of type 'object'.`],
  ["items", [[1n]], `[["1"]] is not of type 'object', 'boolean'.`],
  ["additionalProperties", "x", `"x" is not of type 'object', 'boolean'.`],
  ["required", "x", `"x" is not of type 'array'.`],
  ["required", ["a", "a"], '["a","a"] has non-unique elements.'],
  ["required", [{ toString: 1 }], "[{\"toString\":1}] holds what is not of type 'string'."],
  ["$defs", [], "[] is not of type 'object'."],
  ["$ref", textless, '{"toString":1,"valueOf":1} is not of type \'string\'.'],
];

describe("a strict output schema", () => {
  test.each(accepted)("may have %s", (_rule, schema) => {
    expect(findStrictSchemaProblem(schema)).toBeUndefined();
  });

  test.each(refused)("may not have %s", (_rule, schema, path, sentence) => {
    expect(findStrictSchemaProblem(schema)).toEqual({
      path,
      message: `Invalid schema for response_format 'codex_output_schema': ${sentence}`,
    });
  });

  test.each(malformed)("may not have a malformed keyword: %s of %o", (keyword, value, sentence) => {
    const part = keyword === "$ref" ? { $ref: value } : { type: "string", [keyword]: value };
    expect(findStrictSchemaProblem(object({ a: part }))).toMatchObject({
      path: "$.properties.a",
      message: expect.stringContaining(`In context=('properties', 'a'), ${sentence}`),
    });
  });

  test.each(withoutPrefix)("may not be or have %s", (_rule, schema, path, message) => {
    expect(findStrictSchemaProblem(schema)).toEqual({ path, message });
  });
});

test("the refusal has the form of the service's error body", () => {
  expect(strictSchemaRefusal({ path: "$.properties.a", message: "…" })).toEqual({
    error: {
      message: "…",
      type: "invalid_request_error",
      param: "text.format.schema",
      code: "invalid_json_schema",
    },
  });
});

test.each([
  ["choices", chained(2000, (next) => ({ anyOf: [next, text] })), undefined],
  [
    "objects",
    chained(3000, (next) => object({ next })),
    "Invalid schema for response_format 'codex_output_schema': 3000 levels of nesting exceeds limit of 10.",
  ],
])("definitions that lead to each other in a long row of %s are looked through", (...row) => {
  const [, $defs, message] = row;
  expect(findStrictSchemaProblem(object({ a: refer("D0") }, { $defs }))?.message).toBe(message);
});

test.each([
  ["a reference", refer("A")],
  ["a variant", { anyOf: [object({ x: refer("A") }), text] }],
])(
  "%s may lead to a definition whose own reference is no text, which is refused there",
  (...row) => {
    const [, part] = row;
    const schema = object({ a: part }, { $defs: { A: { $ref: textless } } });
    expect(findStrictSchemaProblem(schema)).toEqual({
      path: "$.$defs.A",
      message:
        "Invalid schema for response_format 'codex_output_schema': In context=('$defs', 'A'), {\"toString\":1,\"valueOf\":1} is not of type 'string'.",
    });
  },
);

test.each([
  ["3000 objects in each other", nested(3000)],
  ["5000 choices in each other", object({ a: chosen(5000) })],
  ["itself", within(object({}))],
])("a schema that holds %s is refused for its nesting", (_what, schema) => {
  expect(findStrictSchemaProblem(schema)?.message).toMatch(/levels of nesting exceeds limit of 10/);
});

function chosen(levels: number): object {
  let part: object = text;
  for (let level = 0; level < levels; level += 1) part = { anyOf: [part] };
  return part;
}

function within(schema: Record<string, unknown>): object {
  return Object.assign(schema, { properties: { schema }, required: ["schema"] });
}

test("how deep recursive definitions go does not depend on their order", () => {
  const $defs = {
    A: object({ deep: inside(7, text), b: { anyOf: [{ $ref: "#/$defs/B" }, { type: "null" }] } }),
    B: object({ list: { type: "array", items: { $ref: "#/$defs/A" } } }),
  };
  const [a, b] = [{ $ref: "#/$defs/A" }, { $ref: "#/$defs/B" }];
  expect(findStrictSchemaProblem(object({ a, b }, { $defs }))).toBeUndefined();
  expect(findStrictSchemaProblem(object({ b, a }, { $defs }))).toBeUndefined();
});

function inside(levels: number, innermost: object): object {
  return levels === 0 ? innermost : object({ a: inside(levels - 1, innermost) });
}

test.each([
  ["a bigint", 1n, "1"],
  ["a list with a bigint", [1n], '["1"]'],
  ["an object without a text of its own", textless, '{"toString":1,"valueOf":1}'],
])("%s is no constant of a text", (_what, constant, shown) => {
  for (const keyword of [{ enum: [constant] }, { const: constant }])
    expect(findStrictSchemaProblem(object({ a: { ...text, ...keyword } }))?.message).toContain(
      `enum value ${shown} does not validate`,
    );
});

test("a definition within a cycle may be no deeper than another", () => {
  const $defs = {
    A: object({ b: { $ref: "#/$defs/B" } }),
    B: object({ deep: inside(15, text), a: { anyOf: [{ $ref: "#/$defs/A" }, { type: "null" }] } }),
  };
  const schema = object({ a: { $ref: "#/$defs/A" } }, { $defs });
  expect(findStrictSchemaProblem(schema)?.message).toContain(
    "16 levels of nesting exceeds limit of 10.",
  );
});

test("a reference leads to no definition that JavaScript gives every object", () => {
  const schema = object({ a: { $ref: "#/$defs/__proto__" } }, { $defs: {} });
  expect(findStrictSchemaProblem(schema)?.message).toContain(
    "reference to component '#/$defs/__proto__' which was not found in the schema.",
  );
});

test("the documentation has a row for every rule that is tested", () => {
  const page = readFileSync(new URL("../docs/strict-schema.md", import.meta.url), "utf8");
  const tables = [...accepted, ...refused, ...withoutPrefix].map(([rule]) => rule);
  const rules = [...tables, "a malformed keyword"];
  const rows = new Set(page.split("\n").map((line) => line.split("|")[1]?.trim()));
  expect(rules.filter((rule) => !rows.has(rule))).toEqual([]);
});
