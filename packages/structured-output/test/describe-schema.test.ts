import { expect, test } from "vitest";
import { z } from "zod";
import { describeSchema, keywordsInWords } from "../src/index.ts";

const described: readonly (readonly [schema: z.core.$ZodType, words: string | undefined])[] = [
  [z.string(), undefined],
  [z.boolean().optional(), undefined],
  [z.enum(["a", "b"]), undefined],
  [z.object({ a: z.int().min(1) }), undefined],

  [z.int().min(1).max(50).default(10), "Between 1 and 50. Default: 10."],
  [z.number().min(3), "At least 3."],
  [z.number().positive().lt(1), "More than 0. Less than 1."],
  [z.number().min(5).max(5), "Exactly 5."],
  [z.number().multipleOf(0.5).max(2), "At most 2. A multiple of 0.5."],
  [z.int32(), "Between -2147483648 and 2147483647."],

  [z.string().min(1), "At least 1 character."],
  [z.string().min(2).max(80), "Between 2 and 80 characters."],
  [z.string().length(3).uppercase(), "Exactly 3 characters. Uppercase."],
  [z.string().startsWith("#"), 'Starts with "#".'],
  [z.string().regex(/^a\/b$/), String.raw`Matches /^a\/b$/.`],
  [z.string().regex(/^a/i), "Matches /^a/i."],
  [z.email(), "An email address."],
  [z.uuid(), "A UUID."],
  [z.url(), "A URL."],
  [z.iso.date(), "A date, such as 2024-02-29."],
  [z.iso.datetime({ offset: true }), "A date and time, such as 2024-02-29T23:59:59Z."],
  [z.templateLiteral(["v", z.int()]), String.raw`Matches /^v-?\d+$/.`],

  [z.array(z.string()).max(3), "At most 3 items."],
  [z.array(z.string()).min(1).max(1), "Exactly 1 item."],
  [z.record(z.string().min(2), z.number()), "Each key: At least 2 characters."],
  [z.record(z.number(), z.number()), "Each key: A number."],
  [z.record(z.string(), z.number()), undefined],
  [z.record(z.enum(["a", "b"]), z.number()), undefined],

  [z.string().describe("The page").min(1), "The page. At least 1 character."],
  [z.string().min(1).describe("The page"), "The page. At least 1 character."],
  [z.string().min(1).optional().describe("The page"), "The page. At least 1 character."],
  [z.string().describe("inner").default("x").describe("outer"), 'outer. inner. Default: "x".'],
  [
    z.string().meta({ title: "Page", description: "Its name", examples: ["a.md"] }),
    'Page. Its name. Example: "a.md".',
  ],
  [z.string().meta({ deprecated: true }), "Deprecated."],
  [z.string().refine((text) => text !== "", "it says something"), "Rule: it says something"],
  [
    z.object({ a: z.number(), b: z.number() }).refine(({ a, b }) => a < b, "a is below b"),
    "Rule: a is below b",
  ],
  [
    z.preprocess(Number, z.number().max(9)),
    'At most 9. Converted to a value that matches the JSON Schema {"type":"number","maximum":9}.',
  ],
  [z.string().max(5).transform(Number), "At most 5 characters."],
  [z.coerce.number().pipe(z.int().min(0).max(100)), "Between 0 and 100."],
  [
    z.string().min(2).pipe(z.string().max(9).describe("Far")),
    "At least 2 characters. Far. At most 9 characters.",
  ],
  [
    z
      .string()
      .toLowerCase()
      .pipe(z.enum(["low", "high"])),
    'One of "low", "high".',
  ],
  [
    z.string().transform(Number).pipe(z.number().max(9)),
    'Converted to a value that matches the JSON Schema {"type":"number","maximum":9}.',
  ],
  [
    z.string().transform(Number).pipe(z.number().describe("The number of pages.")),
    'The number of pages. Converted to a value that matches the JSON Schema {"type":"number"}.',
  ],
  [
    z
      .any()
      .transform((value): { a: string } => ({ a: String(value) }))
      .pipe(z.object({ a: z.string() })),
    'Converted to a value that matches the JSON Schema {"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}.',
  ],
  [
    z
      .string()
      .transform((text) => new Date(text))
      .pipe(z.date().transform(Number)),
    undefined,
  ],
  [z.bigint().pipe(z.literal([1n, 2n])), "One of 1, 2."],
  [z.lazy(() => z.int().max(3)).readonly(), "At most 3."],
  [z.string().prefault("x"), 'Default: "x".'],
  [z.object({ a: z.int() }).default({ a: 1 }), 'Default: {"a":1}.'],
  [z.never(), "No value fits here."],
];

test("a schema is described by what its JSON type does not say", () => {
  expect(described.map(([schema]) => describeSchema(schema))).toEqual(
    described.map(([, words]) => words),
  );
});

test("a default that is another one each time is not said", () => {
  let count = 0;
  expect(describeSchema(z.number().default(() => (count += 1)))).toBeUndefined();
});

test("a schema that leads back to itself through wrappers is described once", () => {
  const schema: z.ZodType = z.lazy(() => schema.optional()).describe("itself");
  expect(describeSchema(schema)).toBe("itself");
});

test("what the model is shown as a keyword is said only where another limit belongs to it", () => {
  const shown = new Set(["minItems"]);
  expect(describeSchema(z.array(z.string()).min(2), { shown })).toBeUndefined();
  expect(describeSchema(z.array(z.string()).min(2).max(4), { shown })).toBe(
    "Between 2 and 4 items.",
  );
});

test("wrappers can be described without what is within them", () => {
  const schema = z.object({ a: z.string() }).refine(() => true, "inner");
  expect(describeSchema(schema.optional().describe("outer"), { wrappersOnly: true })).toBe("outer");
});

test("keywords without words are left out", () => {
  expect(keywordsInWords({ type: "string", uniqueItems: true })).toBeUndefined();
  expect(keywordsInWords({ minimum: 1, format: "money" })).toBe("At least 1. A valid money.");
});

test("notes that another copy of zod keeps for itself are said", () => {
  const schema = Object.assign(z.int().min(1), { meta: () => ({ description: "How many" }) });
  expect(describeSchema(schema)).toBe("How many. At least 1.");
});
