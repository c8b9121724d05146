import { describe, expect, test } from "vitest";
import { z } from "zod";
import { compileOutputSchema } from "../src/index.ts";

const noon = new Date("2024-01-02T12:00:00.000Z");

/** What the model writes for a value. Where the root is not an object, inside `{ "value": … }`. */
const forms: readonly (readonly [
  rule: string,
  schema: z.ZodType,
  value: unknown,
  json: unknown,
])[] = [
  ["a property that is left out is null", z.object({ a: z.string().optional() }), {}, { a: null }],
  [
    "a default is null, for zod to fill in",
    z.object({ a: z.number().default(7) }),
    {},
    { a: null },
  ],
  [
    "null is null where it cannot mean left out",
    z.object({ a: z.string().nullable() }),
    { a: null },
    { a: null },
  ],
  [
    "null and left out are told apart where both may be: null",
    z.object({ a: z.string().nullish() }),
    { a: null },
    { a: null },
  ],
  [
    "null and left out are told apart where both may be: left out",
    z.object({ a: z.string().nullish() }),
    {},
    { a: { absent: null } },
  ],
  [
    "a date is an ISO date-time",
    z.object({ at: z.date() }),
    { at: noon },
    { at: "2024-01-02T12:00:00.000Z" },
  ],
  [
    "a bigint is its digits",
    z.object({ n: z.bigint() }),
    { n: 10n ** 30n },
    { n: `1${"0".repeat(30)}` },
  ],
  ["any JSON is JSON text", z.object({ a: z.unknown() }), { a: [1, "x"] }, { a: '[1,"x"]' }],
  [
    "a record is a list of entries",
    z.object({ r: z.record(z.string(), z.int()) }),
    { r: { a: 1 } },
    { r: [{ key: "a", value: 1 }] },
  ],
  [
    "a record of named keys is an object",
    z.record(z.enum(["a", "b"]), z.int()),
    { a: 1, b: 2 },
    { a: 1, b: 2 },
  ],
  [
    "a map is a list of entries",
    z.object({ m: z.map(z.date(), z.int()) }),
    { m: new Map([[noon, 1]]) },
    { m: [{ key: noon.toISOString(), value: 1 }] },
  ],
  ["a set is a list", z.object({ s: z.set(z.int()) }), { s: new Set([1, 2]) }, { s: [1, 2] }],
  [
    "a tuple is an object of positions",
    z.object({ t: z.tuple([z.string(), z.int()]) }),
    { t: ["x", 1] },
    { t: { 0: "x", 1: 1 } },
  ],
  [
    "a tuple's rest is a list",
    z.object({ t: z.tuple([z.string()], z.int()) }),
    { t: ["x", 1, 2] },
    { t: { 0: "x", rest: [1, 2] } },
  ],
  [
    "further properties are a list of entries",
    z.object({ id: z.string() }).catchall(z.int()),
    { id: "x", a: 1 },
    { id: "x", otherProperties: [{ key: "a", value: 1 }] },
  ],
  [
    "a date beside a string is put under its kind",
    z.object({ a: z.union([z.date(), z.string()]) }),
    { a: noon },
    { a: { date: noon.toISOString() } },
  ],
  [
    "a string beside a date is a string",
    z.object({ a: z.union([z.date(), z.string()]) }),
    { a: "noon" },
    { a: "noon" },
  ],
  [
    "objects that begin alike are put under their titles",
    z.object({
      a: z.union([
        z.object({ n: z.int() }).meta({ title: "Count" }),
        z.object({ n: z.string() }).meta({ title: "Name" }),
      ]),
    }),
    { a: { n: 1 } },
    { a: { Count: { n: 1 } } },
  ],
  ["a list at the root is a value", z.array(z.int()), [1], { value: [1] }],
  [
    "a transform takes what it is given",
    z.object({ n: z.string().transform(Number) }),
    { n: "1" },
    { n: "1" },
  ],
];

test.each(forms)("%s", (_rule, schema, value, json) => {
  const { encode, decode } = compileOutputSchema(schema);
  expect(encode(value)).toEqual(json);
  expect(decode(json)).toStrictEqual(value);
});

describe("the JSON Schema", () => {
  test("keeps the constraints that the service enforces", () => {
    const schema = z.object({
      mail: z.email(),
      code: z.string().regex(/^[A-Z]{3}$/),
      share: z.number().gt(0).max(1),
      tags: z.array(z.string()).min(1).max(3),
    });
    expect(compileOutputSchema(schema).jsonSchema["properties"]).toEqual({
      mail: { type: "string", format: "email" },
      code: { type: "string", pattern: "^[A-Z]{3}$" },
      share: { type: "number", exclusiveMinimum: 0, maximum: 1 },
      tags: { type: "array", items: { type: "string" }, minItems: 1, maxItems: 3 },
    });
  });

  test("puts the other constraints in words, after what the author says", () => {
    const schema = z.object({
      name: z.string().min(2).max(40).describe("The full name"),
      site: z.url(),
      slug: z.string().regex(/^(?!tmp)/),
      even: z.int().refine((value) => value % 2 === 0, "must be even"),
      size: z
        .enum(["s", "m"])
        .default("m")
        .meta({ examples: ["s"] }),
    });
    const properties = z.record(z.string(), z.looseObject({ description: z.string() }));
    const found = properties.parse(compileOutputSchema(schema).jsonSchema["properties"]);
    expect(Object.entries(found).map(([key, { description }]) => [key, description])).toEqual([
      ["name", "The full name. Between 2 and 40 characters."],
      ["site", "A URL."],
      ["slug", "Matches /^(?!tmp)/."],
      ["even", "Rule: must be even"],
      ["size", 'Example: "s". Defaults to "m" if null.'],
    ]);
  });

  test("puts what a format does not say in words", () => {
    const schema = z.object({
      at: z.date().min(noon),
      n: z.bigint().lt(9n),
      utc: z.iso.datetime(),
      time: z.iso.time({ precision: 0 }),
      precise: z.iso.time({ precision: 3 }),
      mail: z.email({ pattern: /@acme\.com$/ }),
      link: z.url({ protocol: /^https$/ }),
      id: z.uuidv7(),
      both: z.int().multipleOf(2).multipleOf(3),
      yes: z.stringbool({ truthy: ["ja"], falsy: ["nein"] }),
      letters: z.string().regex(/^[\p{L}]+$/u),
    });
    const properties = z.record(z.string(), z.looseObject({ description: z.string() }));
    const found = properties.parse(compileOutputSchema(schema).jsonSchema["properties"]);
    expect(Object.entries(found).map(([key, { description }]) => [key, description])).toEqual([
      ["at", "At least 2024-01-02T12:00:00.000Z."],
      ["n", "Less than 9."],
      ["utc", "UTC, ending in Z."],
      ["time", "A time of day, such as 23:59:59. No fractional seconds."],
      ["precise", "A time of day, such as 23:59:59. Exactly 3 fractional-second digits."],
      ["mail", "Matches /@acme\\.com$/."],
      ["link", "A URL. Protocol matches /^https$/."],
      ["id", "Version 7."],
      ["both", "A multiple of 3."],
      ["yes", 'One of "ja", "nein".'],
      ["letters", "Matches /^[\\p{L}]+$/u."],
    ]);
  });

  test("shows defaults and examples as the model has to write them, where it can", () => {
    const schema = z.object({
      both: z.string().nullable().default("x"),
      never: z.string().default("x").nonoptional(),
      list: z.set(z.string()).default(new Set(["k"])),
      endless: z.number().default(Infinity),
      record: z.record(z.string(), z.int()).meta({ examples: [{ a: 1 }] }),
      map: z.map(z.string(), z.int()).meta({ examples: [new Map([["a", 1]])] }),
      wrapped: z
        .union([z.date(), z.int()])
        .meta({ title: "When", examples: [noon] })
        .nullable(),
    });
    const properties = z.record(
      z.string(),
      z.looseObject({ title: z.string().optional(), description: z.string().optional() }),
    );
    const found = properties.parse(compileOutputSchema(schema).jsonSchema["properties"]);
    expect(
      Object.entries(found).map(([key, { title, description }]) => [key, title, description]),
    ).toEqual([
      ["both", undefined, 'Defaults to "x" if {"absent":null}.'],
      ["never", undefined, undefined],
      ["list", undefined, 'Defaults to ["k"] if null.'],
      ["endless", undefined, undefined],
      ["record", undefined, 'Example: [{"key":"a","value":1}].'],
      ["map", undefined, 'Example: [{"key":"a","value":1}].'],
      ["wrapped", "When", 'Example: "2024-01-02T12:00:00.000Z".'],
    ]);
  });

  test("keeps what is said about each of the literals of a union", () => {
    const schema = z.object({
      size: z.union([z.literal("s").describe("up to 3"), z.literal("m").describe("up to 9")]),
    });
    expect(compileOutputSchema(schema).jsonSchema["properties"]).toEqual({
      size: {
        anyOf: [
          { type: "string", const: "s", description: "up to 3" },
          { type: "string", const: "m", description: "up to 9" },
        ],
      },
    });
  });

  test("says a recursive or reused part once", () => {
    const part = z.object({
      name: z.string(),
      get inner() {
        return part.describe("what is inside").optional();
      },
    });
    const { jsonSchema } = compileOutputSchema(z.object({ left: part, right: part }));
    expect(jsonSchema).toEqual({
      type: "object",
      properties: { left: { $ref: "#/$defs/left" }, right: { $ref: "#/$defs/left" } },
      required: ["left", "right"],
      additionalProperties: false,
      $defs: {
        left: {
          type: "object",
          properties: {
            name: { type: "string" },
            inner: {
              anyOf: [
                { anyOf: [{ $ref: "#/$defs/left" }], description: "what is inside" },
                { type: "null" },
              ],
            },
          },
          required: ["name", "inner"],
          additionalProperties: false,
        },
      },
    });
  });

  test("is compiled once for each schema object", () => {
    const schema = z.object({});
    expect(compileOutputSchema(schema)).toBe(compileOutputSchema(schema));
  });
});

test("a property called __proto__ survives", () => {
  const schema = z.record(z.string(), z.int());
  const value: unknown = JSON.parse('{"__proto__":1}');
  const { encode, decode } = compileOutputSchema(schema);
  expect(JSON.stringify(decode(encode(value)))).toBe('{"__proto__":1}');
});

test("JSON of another form is handed on, for the schema to say what is wrong with it", () => {
  const { decode } = compileOutputSchema(
    z.object({
      at: z.date(),
      tags: z.set(z.string()),
      m: z.map(z.string(), z.int()),
      t: z.tuple([z.int()]),
      r: z.record(z.string(), z.int()),
    }),
  );
  for (const json of [
    null,
    7,
    "x",
    [],
    { at: 1, tags: "x", m: [1], t: 2, r: { a: 1 }, more: true },
  ])
    expect(decode(json)).toEqual(json);
});

test("an id of a schema, at the root and within, changes nothing", () => {
  const shape = (id?: string) => {
    const page = z.object({ name: z.string() });
    const inner = id === undefined ? page : page.meta({ id });
    const whole = z.object({ a: inner, b: inner.optional(), c: z.array(inner) });
    return id === undefined ? whole : whole.meta({ id: `${id}s` });
  };
  expect(compileOutputSchema(shape("Page")).jsonSchema).toEqual(
    compileOutputSchema(shape()).jsonSchema,
  );
});
