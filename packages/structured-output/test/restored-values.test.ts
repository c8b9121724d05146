import { expect, test } from "vitest";
import { z } from "zod";
import { compileOutputSchema } from "../src/index.ts";
import { roundTrip } from "./round-trip.ts";

const noon = new Date("2024-01-02T12:00:00.000Z");
const point = z.object({ x: z.number(), y: z.number() });

/** Values that chance seldom finds, or that no schema of the corpus has. */
const restored: readonly (readonly [what: string, schema: z.ZodType, value: unknown])[] = [
  [
    "a reused part under an empty key",
    z.object({ "": point, b: point }),
    { "": { x: 1, y: 2 }, b: { x: 1, y: 2 } },
  ],
  [
    "a default with a bigint",
    z.object({ o: z.object({ n: z.bigint() }).default({ n: 1n }) }),
    { o: { n: 2n } },
  ],
  [
    "examples with a bigint",
    z.object({ n: z.bigint() }).meta({ examples: [{ n: 1n }] }),
    { n: 2n },
  ],
  [
    "a default that throws",
    z.object({
      o: z.string().default(() => {
        throw new Error("no default");
      }),
    }),
    { o: "x" },
  ],
  [
    "a message that reads its issue from a rest parameter",
    z.object({
      o: z.string().refine(() => true, { error: (...[issue]) => String(issue?.input) }),
    }),
    { o: "x" },
  ],
  [
    "an object and a record of certain keys",
    z.object({ id: z.string() }).and(z.record(z.enum(["a", "b"]), z.number())),
    { id: "x", a: 1, b: 2 },
  ],
  [
    "an object and a partial record",
    z.object({ id: z.string() }).and(z.partialRecord(z.enum(["a", "b"]), z.number())),
    { id: "x", a: 1 },
  ],
  [
    "a loose record of dates",
    z.looseRecord(z.string().regex(/^S_/), z.date()),
    { S_a: noon, other: 1 },
  ],
  [
    "strict beside loose",
    z.looseObject({ a: z.string() }).and(z.strictObject({ b: z.string() })),
    { a: "1", b: "2", c: 3 },
  ],
  [
    "record keys of several formats",
    z.record(z.union([z.uuid(), z.email()]), z.int()),
    { "a@b.co": 1 },
  ],
  [
    "record keys of strings or numbers",
    z.record(z.union([z.string(), z.number()]), z.int()),
    { a: 1, 2: 2 },
  ],
  [
    "a position that may be undefined, but must be there",
    z.tuple([z.string(), z.string().or(z.undefined())]),
    ["a", undefined],
  ],
  [
    "a default on both sides of an intersection",
    z.object({ a: z.string().default("x") }).and(z.object({ a: z.string().default("x") })),
    {},
  ],
  ["dates with a rule intersected", z.date().and(z.date().refine(() => true, "any day")), noon],
  [
    "an option by more than its required properties",
    z.union([z.object({ a: z.date() }), z.object({ a: z.date(), b: z.string().optional() })]),
    { a: noon, b: "x" },
  ],
  [
    "objects open under names of their own",
    z.union([
      z.looseObject({ otherProperties: z.record(z.string(), z.unknown()) }),
      z.looseObject({ otherProperties_: z.record(z.string(), z.unknown()) }),
    ]),
    { otherProperties_: { a: 1 }, b: 2 },
  ],
  [
    "undefined within a record, beside any JSON",
    z.union([
      z.record(z.string(), z.unknown()),
      z.object({ a: z.record(z.string(), z.string().optional()) }),
    ]),
    { a: { key: undefined } },
  ],
  ["enums intersected", z.enum(["a", "b"]).and(z.enum(["b", "c"])), "b"],
];

test.each(restored)("%s is written and restored", (_what, schema, value) => {
  expect(roundTrip(schema, value)).toStrictEqual({ restored: value, faults: [] });
});

// Twice at each level would be 2^100 times.
test.each([
  [
    "that accepts what it does not restore",
    (tree: z.ZodType) => [z.object({ a: tree }), z.object({ a: tree, b: z.string() })],
  ],
  [
    "that does not accept",
    (tree: z.ZodType) => [
      z.object({ a: tree, b: z.number() }),
      z.object({ b: z.string(), a: tree }),
    ],
  ],
])("an option before another %s is tried once at each level", (_what, optionsOf) => {
  const tree: z.ZodType = z.lazy(() => z.union([...optionsOf(tree), z.null()]));
  let value: unknown = null;
  for (let level = 0; level < 100; level += 1) value = { a: value, b: "x" };
  const { encode, decode } = compileOutputSchema(z.object({ tree }));
  expect(decode(encode({ tree: value }))).toEqual({ tree: value });
});

test("unions within unions are one list of options, however they come by it", () => {
  let union: z.ZodType = z.union([point, z.string()]);
  for (let level = 0; level < 60; level += 1)
    union = z.union([union, union.optional(), union.describe(`level ${level}`)]);
  const value = compileOutputSchema(z.object({ value: union })).jsonSchema["properties"];
  expect(value).toMatchObject({
    value: { anyOf: [{ type: "object" }, { type: "string" }, { type: "null" }] },
  });
});

test("a property that is undefined does not make a value another option's", () => {
  const name = z.object({ id: z.string(), name: z.string(), nick: z.string().optional() });
  const { encode } = compileOutputSchema(
    z.object({ v: z.union([z.object({ id: z.string() }), name]) }),
  );
  expect(encode({ v: { id: "1", name: "Ada", nick: undefined } })).toEqual({
    v: { id: "1", name: "Ada", nick: null },
  });
});

test("an option that is the union itself, transformed, is written once", () => {
  const union: z.ZodType = z.lazy(() =>
    z.union([z.object({ a: z.string() }), z.string(), union.transform((value) => value)]),
  );
  const { encode } = compileOutputSchema(z.object({ union }));
  expect(encode({ union: { a: "1", c: 2 } })).toEqual({ union: { a: "1" } });
});
