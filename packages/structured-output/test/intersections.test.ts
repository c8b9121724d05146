import { findStrictSchemaProblem } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { compileOutputSchema, UnsupportedOutputSchemaError } from "../src/index.ts";
import { roundTrip } from "./round-trip.ts";

const noon = new Date("2024-01-02T12:00:00.000Z");
const text = z.string();
const a = z.object({ a: text });
const b = z.object({ b: text });
const hexKey = text.regex(/^[0-9a-f]+$/);
const always = (): boolean => true;

/** A list whose nodes say what they are after what follows them. */
function list(leaf: z.ZodType): z.ZodType {
  const node: z.ZodType = z.lazy(() =>
    z.union([
      z.object({ next: node, kind: z.literal("more") }),
      z.object({ kind: z.literal("last"), leaf }),
    ]),
  );
  return node;
}

const lazyNode: z.ZodType = z.lazy(() =>
  z.object({ a: text, child: z.intersection(lazyNode, b).optional() }),
);

const eitherWay: z.ZodType = z.lazy(() => z.union([a, otherWay]));
const otherWay: z.ZodType = z.lazy(() => z.union([b, eitherWay]));

const restored: readonly (readonly [what: string, schema: z.ZodType, value: unknown])[] = [
  ["two records", z.record(text, a).and(z.record(text, b)), { key: { a: "1", b: "2" } }],
  [
    "what is open on both sides",
    z
      .object({ x: text })
      .catchall(a)
      .and(z.object({ x: text }).catchall(b)),
    { x: "1", z: { a: "3", b: "4" } },
  ],
  ["anything described", z.any().describe("d").and(a), { a: "1" }],
  ["anything refined", z.unknown().refine(always, "m").and(a), { a: "1" }],
  [
    "anything described within",
    z.object({ m: z.any().describe("d") }).and(z.object({ m: z.object({ d: z.date() }) })),
    { m: { d: noon } },
  ],
  ["anything and anything", z.object({ m: z.any() }).and(z.object({ m: z.unknown() })), { m: [1] }],
  [
    "a property by the option that takes it",
    z.union([z.object({ a: z.iso.date(), c: text.optional() }), z.object({ a: text })]).and(b),
    { a: "hello", b: "x" },
  ],
  [
    "anything that must be there, and a record",
    z.object({ v: z.unknown() }).and(z.record(text, text)),
    { v: "x" },
  ],
  [
    "unions told apart by a constant on both sides",
    z
      .union([a.extend({ t: z.literal(1) }), b.extend({ t: z.literal(2) })])
      .and(z.union([z.object({ t: z.literal(1), c: text }), z.object({ t: z.literal(2) })])),
    { t: 1, a: "1", c: "3" },
  ],
  [
    "an object and a union of which one option does not fit it",
    a.and(z.union([z.object({ a: z.int() }), b])),
    { a: "1", b: "2" },
  ],
  [
    "lists of two kinds of node",
    list(text).and(list(text.min(1))),
    {
      next: { kind: "last", leaf: "x" },
      kind: "more",
    },
  ],
  [
    "what is merged with more of its own kind within",
    lazyNode,
    { a: "1", child: { a: "2", b: "3" } },
  ],
  ["unions that lead to each other", eitherWay.and(otherWay), { b: "2" }],
  [
    "a property whose key a record refuses",
    z.object({ id: z.int() }).and(z.record(text.regex(/^x_/), text)),
    { id: 1, x_a: "s" },
  ],
  [
    "records of one certain kind of key",
    z.record(hexKey, a).and(z.record(hexKey, b)),
    { ff: { a: "1", b: "2" } },
  ],
  [
    "a loose object and a record of a certain kind of key",
    z.looseObject({}).and(z.record(text.regex(/^at_/), z.date())),
    { at_noon: noon, other: 1 },
  ],
  [
    "open sides that have nothing else in common",
    z
      .object({ a: z.unknown() })
      .catchall(z.int())
      .and(z.object({ a: text }).catchall(z.date())),
    { a: "1" },
  ],
  [
    "undefined on both sides",
    z.object({ m: text.or(z.undefined()) }).and(z.object({ m: text.or(z.undefined()) })),
    { m: undefined },
  ],
  [
    "literals of several types",
    z.object({ m: z.literal(["y", 1, null]) }).and(z.object({ m: z.literal(["z", 1]) })),
    { m: 1 },
  ],
  ["anything transformed", z.object({ m: z.transform(String).and(text) }), { m: "x" }],
  ["three sides", a.and(b).and(z.object({ c: z.date() })), { a: "1", b: "2", c: noon }],
];

test.each(restored)("%s: is written and restored", (_what, schema, value) => {
  expect(roundTrip(schema, value)).toStrictEqual({ restored: value, faults: [] });
});

/** What is asked for a value that must fit both. */
function asked(left: z.ZodType, right: z.ZodType): unknown {
  const { jsonSchema } = compileOutputSchema(z.object({ v: left.and(right) }));
  return z.record(text, z.unknown()).parse(jsonSchema["properties"])["v"];
}

describe("both sides", () => {
  test.each([
    ["a format", text, z.uuid(), { type: "string", format: "uuid" }],
    ["a minimum", z.number(), z.number().min(1), { type: "number", minimum: 1 }],
    [
      "the narrower limits",
      z.number().min(1).max(9),
      z.int().min(2).max(20),
      { type: "integer", minimum: 2, maximum: 9 },
    ],
    [
      "the larger step",
      z.int().multipleOf(2),
      z.int().multipleOf(4),
      { type: "integer", multipleOf: 4 },
    ],
    ["constants that fit", z.enum(["a", "bb"]), text.regex(/^b/), { type: "string", const: "bb" }],
    ["bigints", z.literal([1n, 2n]), z.literal([2n, 3n]), { type: "string", const: "2" }],
    ["constants of their type", z.literal([3, 3.5]), z.int(), { type: "integer", const: 3 }],
    [
      "what is left out, once",
      z.unknown().optional(),
      text.optional(),
      { anyOf: [{ type: "string" }, { type: "null" }] },
    ],
    [
      "a default",
      text.default("x"),
      text.optional(),
      { anyOf: [{ type: "string" }, { type: "null" }], description: 'null means "x".' },
    ],
    [
      "the words of a stringbool",
      z.stringbool({ truthy: ["ja"], falsy: ["nein"] }),
      text,
      { type: "string", description: 'One of "ja", "nein".' },
    ],
  ])("may have %s, whichever comes first", (_what, left, right, property) => {
    expect(asked(left, right)).toEqual(property);
    expect(asked(right, left)).toEqual(property);
  });

  test("may have patterns, descriptions and rules", () => {
    expect(asked(text.regex(/^x/), text.regex(/y$/))).toEqual({
      type: "string",
      pattern: "^x",
      description: "Its pattern is also y$.",
    });
    expect(asked(text.describe("A name."), text.refine(always, "is free"))).toEqual({
      type: "string",
      description: "A name. Rule: is free",
    });
  });

  test("keep what is said about the options of a union", () => {
    const union = z.union([
      a.refine(always, "RULE A").describe("OPTION A"),
      b.describe("OPTION B"),
    ]);
    const { jsonSchema } = compileOutputSchema(union.and(z.object({ id: text })));
    const said = JSON.stringify(jsonSchema);
    for (const words of ["OPTION A", "Rule: RULE A", "OPTION B"]) expect(said).toContain(words);
  });
});

test("what is said about a union as a whole is said once", () => {
  const union = z.union([a.describe("OPTION A"), b]).describe("THE UNION");
  expect(asked(union, z.object({ id: text }))).toMatchObject({
    description: "THE UNION",
    anyOf: [{ description: "OPTION A" }, { type: "object" }],
  });
});

test.each([
  ["a record", z.record(text, text)],
  ["a partial record", z.partialRecord(z.enum(["v"]), text)],
])("what must be there is not left out because it may be in %s", (_what, record) => {
  const { jsonSchema } = compileOutputSchema(z.object({ v: z.unknown() }).and(record));
  expect(jsonSchema["properties"]).toMatchObject({ v: { type: "string" } });
});

test("what a strict object within refuses is not asked for", () => {
  const left = z.object({ n: z.strictObject({ a: text }) });
  const right = z.object({ n: z.object({ a: text, b: text.optional() }) });
  expect(asked(left, right)).toMatchObject({ properties: { n: { required: ["a"] } } });
});

test("what is intersected in two places is described in both", () => {
  const [left, right] = [a.describe("LEFT"), b.describe("RIGHT")];
  const { jsonSchema } = compileOutputSchema(z.object({ p: left.and(right), q: left.and(right) }));
  expect(jsonSchema["properties"]).toEqual({
    p: { anyOf: [{ $ref: "#/$defs/p" }], description: "LEFT. RIGHT" },
    q: { anyOf: [{ $ref: "#/$defs/p" }], description: "LEFT. RIGHT" },
  });
});

// Once for each way to them would be 3^60 times.
test("unions within unions are taken apart once, also where they are recursive", () => {
  const of = (leaf: z.ZodType): z.ZodType => {
    let union: z.ZodType = z.union([a, text, leaf]);
    for (let level = 0; level < 60; level += 1)
      union = z.union([union, union.optional(), union.describe(`level ${level}`), leaf]);
    return union;
  };
  const recursive: z.ZodType = z.lazy(() => of(recursive));
  for (const schema of [of(z.int()), recursive])
    expect(asked(schema, b)).toMatchObject({ type: "object", required: ["a", "b"] });
});

function anew(): z.ZodType {
  return z.object({
    get next() {
      return anew().optional();
    },
  });
}

function endless(): z.ZodType {
  return z.lazy(() => z.union([text, endless()]));
}

/** Recursive, and back at its beginning after so many levels. */
function cycle(length: number): z.ZodType {
  const parts: z.ZodType[] = Array.from({ length }, (_, index) =>
    z.object({
      get next() {
        return parts[(index + 1) % length]?.optional() ?? text;
      },
    }),
  );
  return parts[0] ?? text;
}

test.each([
  ["records of other values", z.record(text, z.int()).and(z.record(text, z.date())), "unsupported"],
  [
    "records of several kinds of key",
    z.record(text.regex(/^a/), a).and(z.record(text.regex(/^b/), b)),
    "unsupported",
  ],
  [
    "strict objects within, of which each refuses the other's property",
    z.object({ n: z.strictObject({ a: text }) }).and(z.object({ n: z.strictObject({ b: text }) })),
    "unsupported",
  ],
  ["a symbol as a key", z.object({ [Symbol("s")]: text }).and(b), "unsupported"],
  ["schemas that are made anew at each level", anew().and(anew()), "limit"],
  ["a union that never ends", endless().and(text), "limit"],
  ["cycles that meet late", cycle(5).and(cycle(6)).and(cycle(7)), "limit"],
])("%s: is refused", (_what, schema, code) => {
  const compile = (): unknown => compileOutputSchema(z.object({ m: schema }));
  expect(compile).toThrow(UnsupportedOutputSchemaError);
  expect(compile).toThrow(expect.objectContaining({ code, path: expect.stringMatching(/^\$\.m/) }));
});

test("an intersection of unions is options of the union that it is in", () => {
  const inner = z.intersection(z.union([a, b]), z.object({ c: text })).describe("inner");
  const schema = z.object({ v: z.union([inner, z.object({ a: text, d: z.date() })]).nullable() });
  const { jsonSchema, encode, decode } = compileOutputSchema(schema);
  expect(findStrictSchemaProblem(jsonSchema)).toBeUndefined();
  expect(JSON.stringify(jsonSchema)).toContain("inner");
  for (const v of [{ a: "1", c: "2" }, { b: "1", c: "2" }, { a: "1", d: noon }, null])
    expect(decode(JSON.parse(JSON.stringify(encode({ v }))))).toStrictEqual({ v });
});
