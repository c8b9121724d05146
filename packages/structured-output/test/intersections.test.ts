import { findStrictSchemaProblem } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { compileOutputSchema, UnsupportedOutputSchemaError } from "../src/index.ts";
import { roundTrip } from "./round-trip.ts";

const noon = new Date("2024-01-02T12:00:00.000Z");
const text = z.string();
const a = z.object({ a: text });
const b = z.object({ b: text });
const always = (): boolean => true;

const lazyNode: z.ZodType = z.lazy(() =>
  z.object({ a: text, child: z.intersection(lazyNode, b).optional() }),
);

const restored: readonly (readonly [what: string, schema: z.ZodType, value: unknown])[] = [
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
    "an object and a union of which one option does not fit it",
    a.and(z.union([z.object({ a: z.int() }), b])),
    { a: "1", b: "2" },
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
      { anyOf: [{ type: "string" }, { type: "null" }], description: 'Defaults to "x" if null.' },
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
      description: "Also matches /y$/.",
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
  ["a partial record", z.partialRecord(z.enum(["v"]), text)],
  ["an optional property", z.object({ v: text.optional() })],
])("what must be there is not left out because it may be in %s", (_what, other) => {
  const { decode } = compileOutputSchema(z.object({ v: z.unknown() }).and(other));
  expect(decode({ v: null })).toStrictEqual({ v: undefined });
});

test("what is intersected in two places is described in both", () => {
  const [left, right] = [a.describe("LEFT"), b.describe("RIGHT")];
  const both = left.and(right);
  const { jsonSchema } = compileOutputSchema(z.object({ p: both, q: both.describe("Q") }));
  expect(jsonSchema["properties"]).toEqual({
    p: { anyOf: [{ $ref: "#/$defs/p" }], description: "LEFT. RIGHT" },
    q: { anyOf: [{ $ref: "#/$defs/p" }], description: "Q. LEFT. RIGHT" },
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

const one = z.object({ m: z.union([a, b]) });

test.each<readonly [what: string, schema: z.ZodType, path: string, suggestion: string]>([
  ["lists", z.array(a).and(z.array(b)), "$.m", "z.array(z.intersection(…))"],
  [
    "lists within",
    z.object({ l: z.array(a) }).and(z.object({ l: z.array(b) })),
    "$.m.l",
    "z.array",
  ],
  ["records", z.record(text, a).and(z.record(text, b)), "$.m", ".catchall("],
  ["an object and a record", a.and(z.record(text, text)), "$.m", ".catchall("],
  ["an object and a loose record", a.and(z.looseRecord(text, text)), "$.m", ".catchall("],
  ["objects with a catchall", a.catchall(text).and(b), "$.m", ".catchall("],
  [
    "unions of objects",
    z.union([a, b]).and(z.union([a, b.extend({ c: text })])),
    "$.m",
    "property",
  ],
  [
    "unions of objects within",
    one.and(z.object({ m: z.union([b, a.strict()]) })),
    "$.m.m",
    "property",
  ],
  ["tuples", z.tuple([a]).and(z.tuple([b])), "$.m", "one schema"],
  ["sets", z.set(a).and(z.set(b)), "$.m", "one schema"],
  ["maps and lists", z.map(text, text).and(z.array(text)), "$.m", "one schema"],
  ["what is within itself", lazyNode, "$.m.child", "one schema"],
  ["scalars of two kinds", text.and(z.int()), "$.m", ".extend()"],
  ["constants of which none is the same", z.enum(["x"]).and(z.enum(["y"])), "$.m", ".extend()"],
  ["a date and a text", z.object({ d: z.date() }).and(z.object({ d: text })), "$.m.d", ".extend()"],
  [
    "strict objects within, of which one refuses the other's property",
    z.object({ n: z.strictObject({ a: text }) }).and(z.object({ n: a.extend({ b: text }) })),
    "$.m.n",
    "z.object()",
  ],
  ["a symbol as a key", z.object({ [Symbol("s")]: text }).and(b), "$.m", "z.enum()"],
  [
    "schemas that are made anew at each level",
    anew().and(anew()),
    "$.m.next",
    "same schema object",
  ],
  ["a union that never ends", endless().and(text), "$.m", "same schema object"],
  ["two recursive schemas", cycle(1).and(cycle(2)), "$.m.next", "one schema"],
  ["cycles that meet late", cycle(25).and(cycle(26)), "$.m.next", "one schema"],
])(
  "%s: is refused with its place and the nearest thing that works",
  (_what, m, path, suggestion) => {
    const compile = (): unknown => compileOutputSchema(z.object({ m }));
    expect(compile).toThrow(UnsupportedOutputSchemaError);
    expect(compile).toThrow(
      expect.objectContaining({
        path: expect.stringContaining(path),
        suggestion: expect.stringContaining(suggestion),
      }),
    );
  },
);

test("an intersection of unions is options of the union that it is in", () => {
  const inner = z.intersection(z.union([a, b]), z.object({ c: text })).describe("inner");
  const schema = z.object({ v: z.union([inner, z.object({ a: text, d: z.date() })]).nullable() });
  const { jsonSchema, encode, decode } = compileOutputSchema(schema);
  expect(findStrictSchemaProblem(jsonSchema)).toBeUndefined();
  expect(JSON.stringify(jsonSchema)).toContain("inner");
  for (const v of [{ a: "1", c: "2" }, { b: "1", c: "2" }, { a: "1", d: noon }, null])
    expect(decode(JSON.parse(JSON.stringify(encode({ v }))))).toStrictEqual({ v });
});
