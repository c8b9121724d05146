import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { compileOutputSchema, UnsupportedOutputSchemaError, validateOutput } from "../src/index.ts";

describe("a schema that is not zod's", () => {
  const text = '{"name":"Ada","age":null,"scores":[{"key":"a","value":1}]}';
  const value = { name: "Ada", scores: { a: 1 } };

  test("may be arktype's", async () => {
    const schema = type({ name: "string", "age?": "number", scores: "Record<string, number>" });
    expect(await validateOutput(schema, text)).toEqual({ ok: true, value, repaired: false });
  });

  test("may be valibot's with its JSON Schema", async () => {
    const person = v.object({
      name: v.pipe(v.string(), v.minLength(2)),
      age: v.optional(v.number()),
      scores: v.record(v.string(), v.number()),
    });
    expect(await validateOutput(toStandardJsonSchema(person), text)).toEqual({
      ok: true,
      value,
      repaired: false,
    });
  });

  test("may be a JSON Schema", async () => {
    const schema = {
      type: "object",
      properties: {
        name: { type: "string", minLength: 1 },
        age: { type: "integer" },
        scores: { type: "object", additionalProperties: { type: "number" } },
      },
      required: ["name"],
      additionalProperties: false,
    };
    expect(await validateOutput(schema, text)).toEqual({ ok: true, value, repaired: false });
    expect((await validateOutput(schema, text.replace("Ada", ""))).ok).toBe(false);
  });

  test("may be a JSON Schema whose objects do not say that they are", async () => {
    const schema = {
      type: "object",
      properties: { a: { type: "string" } },
      required: ["a"],
      allOf: [{ properties: { b: { type: "number" } }, required: ["b"] }],
    };
    expect(compileOutputSchema(schema).jsonSchema["required"]).toEqual(["a", "b"]);
    expect(await validateOutput(schema, '{"a":"x","b":"no number"}')).toMatchObject({ ok: false });
  });

  test("may be a JSON Schema of an older draft, also one that does not say so", async () => {
    const schema = {
      type: "object",
      properties: { owner: { $ref: "#/definitions/person" } },
      required: ["owner"],
      definitions: { person: { type: "object", properties: { name: { type: "string" } } } },
    };
    const output = await validateOutput(schema, '{"owner":{"name":"Ada"}}');
    expect(output).toEqual({ ok: true, value: { owner: { name: "Ada" } }, repaired: false });
  });

  test("may say nothing but what it is for, and then takes anything", async () => {
    const output = await validateOutput({ description: "Whatever." }, '{"value":"[1]"}');
    expect(output).toEqual({ ok: true, value: [1], repaired: false });
  });

  test("is refused where it contains itself", () => {
    const cyclic: Record<string, unknown> = { type: "object", properties: {} };
    cyclic["properties"] = { cyclic };
    expect(() => compileOutputSchema(cyclic)).toThrow(/contains itself instead of a `\$ref`/);
  });

  test("is refused where it is a wrapper around one", () => {
    const schema = { type: "object", properties: { a: { type: "string" } } };
    const wrapper = { name: "answer", strict: true, description: "An answer.", schema };
    expect(() => compileOutputSchema(wrapper)).toThrow(
      "expected a JSON Schema, got an object of name, strict, description, schema (at $). If one of these keys holds the schema",
    );
  });

  test.each([
    [undefined, "undefined"],
    [null, "null"],
    [5, "5"],
    ["z.string()", "'z.string()'"],
    [[z.string()], "["],
    [() => z.string(), "[Function"],
    [Promise.resolve(z.string()), "Promise"],
    [new Date(0), "1970"],
    [1n, "1n"],
  ])("is refused where it is %s, which is no schema", (none, shown) => {
    expect(() => compileOutputSchema(none as unknown as z.ZodType)).toThrow(
      `expected a schema, got ${shown}`,
    );
  });

  test("is refused where it cannot give a JSON Schema", () => {
    expect(() => compileOutputSchema(v.string())).toThrow(UnsupportedOutputSchemaError);
    const validate = (input: unknown) => ({ value: input });
    expect(() =>
      compileOutputSchema({ "~standard": { version: 1, vendor: "zod", validate } }),
    ).toThrow(/zod has no JSON Schema .*use zod 4/);
    expect(() => compileOutputSchema(toStandardJsonSchema(v.date()))).toThrow(
      /valibot cannot write it/,
    );
    expect(() => compileOutputSchema(type({ at: "Date" }))).toThrow(/a Date has no JSON form/);
    expect(() => compileOutputSchema(type("bigint"))).toThrow(/arktype cannot write it/);
    expect(() => compileOutputSchema({ $ref: "https://example.org/form" })).toThrow(
      /zod cannot read/,
    );
  });
});

/** A valibot schema of an object with one property. */
function valibot(a: v.GenericSchema) {
  return toStandardJsonSchema(v.object({ a }));
}

describe("what JSON Schema cannot say", () => {
  test.each([
    ["a short time", valibot(v.pipe(v.string(), v.isoTime())), "12:30", "12:30:00Z"],
    ["a local time", valibot(v.pipe(v.string(), v.isoDateTime())), "2024-01-01T12:30", "12:30"],
    [
      "a rule",
      valibot(
        v.pipe(
          v.string(),
          v.check((a) => a !== "no"),
        ),
      ),
      "yes",
      "no",
    ],
    ["a flag of a pattern", valibot(v.pipe(v.string(), v.regex(/^a/i))), "Abc", "b"],
    ["a value left out of a union", type({ a: "string | undefined" }), "x", 1],
  ])("of %s is checked by the library", async (_what, schema, fitting, unfitting) => {
    const answer = (a: unknown) => validateOutput(schema, JSON.stringify({ a }));
    expect(await answer(fitting)).toEqual({ ok: true, value: { a: fitting }, repaired: false });
    expect(await answer(unfitting)).toMatchObject({ ok: false });
  });

  test("is put in words", () => {
    const rule = v.check<string, string>((a) => a !== "no", "not no");
    const schema = valibot(v.pipe(v.string(), v.regex(/^a/i), rule));
    expect(compileOutputSchema(schema).jsonSchema["properties"]).toEqual({
      a: { type: "string", description: "Matches /^a/i. Rule: not no" },
    });
  });

  test("is changed by the library", async () => {
    const trimmed = valibot(v.pipe(v.string(), v.trim()));
    expect(await validateOutput(trimmed, '{"a":" x "}')).toMatchObject({ value: { a: "x" } });
    const filled = valibot(v.nullable(v.string(), "none"));
    expect(await validateOutput(filled, '{"a":null}')).toMatchObject({ value: { a: "none" } });
  });

  test.each([
    ["undefined", type({ a: "undefined" })],
    ["a bigint", type({ a: "1n" })],
    ["a symbol", type({ a: type.unit(Symbol("a")) })],
    ["Infinity", type({ a: "number.Infinity" })],
    ["a property that is a symbol", type({ [Symbol("a")]: "string" })],
    ["a Date", type({ a: "Date" })],
    ["no object", { "~standard": null } as unknown as z.ZodType],
  ])("is refused where nothing else is taken: %s", (_what, schema) => {
    expect(() => compileOutputSchema(schema)).toThrow(UnsupportedOutputSchemaError);
  });
});
