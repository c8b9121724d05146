import { findStrictSchemaProblem } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { compileOutputSchema, validateOutput } from "../src/index.ts";

/** What the model is asked for in place of a schema. */
function asked(schema: z.ZodType): unknown {
  const { jsonSchema } = compileOutputSchema(z.object({ it: schema }));
  expect(findStrictSchemaProblem(jsonSchema)).toBeUndefined();
  return z.object({ it: z.unknown() }).parse(jsonSchema["properties"]).it;
}

const text = z.string();
const percent = { type: "integer", minimum: 0, maximum: 100 };
const point = z.object({ x: z.int() });

describe("a pipe asks for what both sides take", () => {
  test.each<readonly [what: string, schema: z.ZodType, json: unknown]>([
    [
      "a text and an enum",
      text.toLowerCase().pipe(z.enum(["low", "high"])),
      { type: "string", enum: ["low", "high"] },
    ],
    ["a coerced number and a range", z.coerce.number().pipe(z.int().min(0).max(100)), percent],
    [
      "a trimmed text and a format",
      text.trim().pipe(z.email()),
      { type: "string", format: "email" },
    ],
    [
      "limits on both sides",
      z.number().min(3).pipe(z.number().min(1).max(9)),
      { type: "number", minimum: 3, maximum: 9 },
    ],
    [
      "constants that the near side makes",
      text.toUpperCase().pipe(z.enum(["LOW", "high"])),
      { type: "string", const: "LOW" },
    ],
    [
      "a description of each side",
      text.min(2).describe("Near").pipe(text.max(9).describe("Far")),
      { type: "string", description: "Near. At least 2 characters. Far. At most 9 characters." },
    ],
    [
      "three sides",
      z.coerce.number().pipe(z.int()).pipe(z.number().min(0)).pipe(z.number().max(100)),
      percent,
    ],
    [
      "a far side with a transform of its own",
      text.pipe(z.enum(["a", "b"]).transform((letter) => letter.codePointAt(0))),
      { type: "string", enum: ["a", "b"] },
    ],
    [
      "null on both sides",
      text.nullable().pipe(z.enum(["a", "b"]).nullable()),
      { anyOf: [{ type: "string", enum: ["a", "b"] }, { type: "null" }] },
    ],
    [
      "a default of the near side",
      z.number().default(5).pipe(z.number().max(9)),
      {
        anyOf: [{ type: "number", maximum: 9 }, { type: "null" }],
        description: "Defaults to 5 if null.",
      },
    ],
    [
      "dates with limits",
      z.coerce.date().pipe(z.date().min(new Date(0))),
      { type: "string", format: "date-time", description: "At least 1970-01-01T00:00:00.000Z." },
    ],
  ])("%s", (_what, schema, json) => {
    expect(asked(schema)).toEqual(json);
  });
});

describe("a pipe whose near side takes anything asks for its far side", () => {
  const object = {
    type: "object",
    properties: { x: { type: "integer" } },
    required: ["x"],
    additionalProperties: false,
  };
  test.each<readonly [what: string, schema: z.ZodType, json: unknown]>([
    [
      "transformed",
      z
        .any()
        .transform((value) => value)
        .pipe(point),
      object,
    ],
    ["as it is", z.unknown().pipe(point), object],
    ["preprocessed", z.preprocess((value) => value, point), object],
    ["described", z.any().describe("D").transform(String).pipe(text), { type: "string" }],
  ])("%s", (_what, schema, json) => {
    expect(asked(schema)).toMatchObject(json as object);
  });
});

describe("a pipe describes a far side that does not meet the near one", () => {
  const converted = (json: string) => `Converted to a value that matches the JSON Schema ${json}.`;
  test.each<readonly [what: string, schema: z.ZodType, json: unknown]>([
    [
      "a text that becomes a number",
      text.transform(Number).pipe(z.number().min(0).max(9).describe("Stars")),
      {
        type: "string",
        description: `Stars. ${converted('{"type":"number","minimum":0,"maximum":9}')}`,
      },
    ],
    [
      "a text that becomes another",
      text.transform((name) => `${name}!`).pipe(z.enum(["a!", "b!"])),
      { type: "string", description: converted('{"type":"string","enum":["a!","b!"]}') },
    ],
    [
      "a text that becomes an object",
      text.transform((json): unknown => JSON.parse(json)).pipe(point),
      { type: "string", description: expect.stringContaining('{"x":{"type":"integer"}}') },
    ],
    [
      "a far side in words",
      z.number().transform(String).pipe(text.min(2)),
      { type: "number", description: `At least 2 characters. ${converted('{"type":"string"}')}` },
    ],
    [
      "a codec",
      z.codec(text, z.int().min(1), { decode: Number, encode: String }),
      { type: "string", description: converted('{"type":"integer","minimum":1}') },
    ],
    [
      "a date with a limit",
      text.transform((day) => new Date(day)).pipe(z.date().min(new Date(0)).describe("Day")),
      { type: "string", description: "Day. At least 1970-01-01T00:00:00.000Z." },
    ],
    [
      "a preprocessed number that becomes a text",
      z.preprocess(Number, z.number()).transform(String).pipe(text.min(1)),
      { type: "number", description: `At least 1 character. ${converted('{"type":"string"}')}` },
    ],
    [
      "what no JSON can stand for",
      text.transform((url) => new URL(url)).pipe(z.instanceof(URL).describe("Where")),
      { type: "string", description: "Where" },
    ],
    [
      "a text that is checked before it is changed",
      text
        .regex(/^[A-Z]+$/)
        .toLowerCase()
        .pipe(text.regex(/^[a-z]+$/)),
      {
        type: "string",
        pattern: "^[A-Z]+$",
        description: converted('{"type":"string","pattern":"^[a-z]+$"}'),
      },
    ],
  ])("%s", (_what, schema, json) => {
    expect(asked(schema)).toEqual(json);
  });

  test("that is longer than a description should be by its words alone", () => {
    const large = z.enum(Array.from({ length: 200 }, (_, index) => `value-${index}`));
    const schema = text.transform((name) => name.trim()).pipe(large.describe("One of many."));
    expect(asked(schema)).toEqual({ type: "string", description: "One of many." });
  });

  test("that leads back to the pipe", () => {
    const tree: z.ZodType = z.lazy(() =>
      text
        .transform((json): unknown => JSON.parse(json))
        .pipe(z.object({ inner: tree.optional() })),
    );
    expect(asked(tree)).toMatchObject({ type: "string" });
  });
});

test("a pipe whose far sides are made at each look ends", () => {
  const endless = (): z.ZodType =>
    z.lazy(() =>
      text.transform((json): unknown => JSON.parse(json)).pipe(z.object({ a: endless() })),
    );
  expect(asked(endless())).toEqual({ type: "string" });
  const sides: readonly [z.ZodType, z.ZodType] = [text, z.int()];
  const mismatched = Array.from({ length: 60 }).reduce<z.ZodType>(
    (far, _, index) => sides[index % 2 === 0 ? 0 : 1].pipe(far),
    text,
  );
  expect(asked(mismatched)).toMatchObject({ type: "integer" });
});

test("an answer passes through both sides", async () => {
  const schema = z.object({
    level: text.toLowerCase().pipe(z.enum(["low", "high"])),
    share: z.coerce.number().pipe(z.int().min(0).max(100)),
    raw: z
      .any()
      .transform((value) => value)
      .pipe(point),
  });
  const answer = '{"level":"low","share":7,"raw":{"x":1}}';
  expect(await validateOutput(schema, answer)).toMatchObject({ value: JSON.parse(answer) });
});
