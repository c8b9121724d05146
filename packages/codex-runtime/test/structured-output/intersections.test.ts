import { findStrictSchemaProblem } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { compileOutputSchema, UnsupportedOutputSchemaError } from "../../src/index.ts";

const noon = new Date("2024-01-02T12:00:00.000Z");
const text = z.string();
const a = z.object({ a: text });
const b = z.object({ b: text });
const always = (): boolean => true;

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
  ["three sides", a.and(b).and(z.object({ c: z.date() })), { a: "1", b: "2", c: noon }],
];

test.each(restored)("%s: is written and restored", (_what, schema, value) => {
  const { jsonSchema, encode, decode } = compileOutputSchema(schema);
  expect(findStrictSchemaProblem(jsonSchema)).toBeUndefined();
  const json: unknown = JSON.parse(JSON.stringify(encode(value)));
  expect(z.fromJSONSchema(jsonSchema).safeParse(json).error).toBeUndefined();
  expect(decode(json)).toStrictEqual(value);
  expect(schema.safeParse(decode(json)).error).toBeUndefined();
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
  ["a symbol as a key", z.object({ [Symbol("s")]: text }).and(b), "unsupported"],
  ["schemas that are made anew at each level", anew().and(anew()), "limit"],
  ["a union that never ends", endless().and(text), "limit"],
  ["cycles that meet late", cycle(5).and(cycle(6)).and(cycle(7)), "limit"],
])("%s: is refused", (_what, schema, code) => {
  const compile = (): unknown => compileOutputSchema(z.object({ m: schema }));
  expect(compile).toThrow(UnsupportedOutputSchemaError);
  expect(compile).toThrow(expect.objectContaining({ code, path: expect.stringMatching(/^\$\.m/) }));
});
