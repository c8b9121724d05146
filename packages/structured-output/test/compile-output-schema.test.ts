import { findStrictSchemaProblem } from "@ktx/codex-sim";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { compileOutputSchema, UnsupportedOutputSchemaError } from "../src/index.ts";
import { arbitraryInput } from "./arbitrary-input.ts";
import { corpus, realShapes } from "./corpus/index.ts";
import { refused } from "./corpus/refused.ts";

test("the corpus has at least 120 schemas, 40 of them the shapes of real data", () => {
  expect(Object.keys(corpus).length).toBeGreaterThanOrEqual(120);
  expect(Object.keys(realShapes).length).toBeGreaterThanOrEqual(40);
});

describe.each(Object.entries(corpus))("%s", (_name, schema) => {
  test("compiles to a schema that the service accepts", () => {
    expect(findStrictSchemaProblem(compileOutputSchema(schema).jsonSchema)).toBeUndefined();
  });

  test("gives back every value that it wrote, in a form that its schema describes", () => {
    const { jsonSchema, encode, decode } = compileOutputSchema(schema);
    const written = z.fromJSONSchema(jsonSchema);
    fc.assert(
      fc.property(arbitraryInput(schema), (value) => {
        const json: unknown = JSON.parse(JSON.stringify(encode(value)));
        expect(decode(json)).toStrictEqual(value);
        expect(written.safeParse(json).error).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  });
});

test("what is compiled for a schema is kept, and no caller can change it for another", () => {
  const schema = z.object({ a: z.object({ b: z.string() }) });
  const compiled = compileOutputSchema(schema);
  expect(compileOutputSchema(schema)).toBe(compiled);
  const { jsonSchema } = compiled;
  expect(() => Object.assign(jsonSchema, { title: "x" })).toThrow(TypeError);
  expect(Object.isFrozen(z.looseObject({}).parse(jsonSchema["properties"])["a"])).toBe(true);
});

test("how deep recursive schemas go does not depend on the order of the properties", () => {
  const a: z.ZodType = z.object({
    deep: Array.from({ length: 7 }).reduce<z.ZodType>((inner) => z.object({ inner }), z.string()),
    get b() {
      return b.nullable();
    },
  });
  const b: z.ZodType = z.object({
    get list() {
      return z.array(a);
    },
  });
  for (const schema of [z.object({ a, b }), z.object({ b, a })])
    expect(findStrictSchemaProblem(compileOutputSchema(schema).jsonSchema)).toBeUndefined();
});

test("no JSON makes decoding throw, whatever the schema", () => {
  const decoders = Object.values(corpus).map((schema) => compileOutputSchema(schema).decode);
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...decoders), (json, decode) => {
      expect(() => decode(json)).not.toThrow();
    }),
    { numRuns: 1000 },
  );
});

describe.each(Object.entries(refused))("%s", (_name, { schema, path, code }) => {
  test(`is refused at ${path}`, () => {
    const error = refusalOf(schema);
    expect({ path: error.path, code: error.code }).toEqual({ path, code });
    expect(error.message).toContain(error.suggestion);
  });
});

function refusalOf(schema: z.ZodType): UnsupportedOutputSchemaError {
  try {
    compileOutputSchema(schema);
  } catch (error) {
    if (error instanceof UnsupportedOutputSchemaError) return error;
    throw error;
  }
  throw new Error("The schema was not refused.");
}
