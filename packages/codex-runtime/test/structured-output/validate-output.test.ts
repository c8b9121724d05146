import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import {
  compileOutputSchema,
  describeIssues,
  UnsupportedOutputSchemaError,
  validateOutput,
} from "../../src/index.ts";

const order = z.object({
  id: z.string(),
  placedAt: z.date(),
  lines: z.array(z.object({ quantity: z.int().positive(), note: z.string().optional() })),
});

describe("an answer", () => {
  test("becomes the value that the schema describes", async () => {
    const text =
      '{"id":"1","placedAt":"2024-01-02T03:04:05Z","lines":[{"quantity":2,"note":null}]}';
    const output = await validateOutput(order, text);
    expect(output).toStrictEqual({
      ok: true,
      repaired: false,
      value: { id: "1", placedAt: new Date("2024-01-02T03:04:05Z"), lines: [{ quantity: 2 }] },
    });
    if (output.ok) expectTypeOf(output.value).toEqualTypeOf<z.output<typeof order>>();
  });

  test("passes through transforms and asynchronous rules", async () => {
    const schema = z
      .string()
      .refine(async (text) => text !== "taken", "is taken")
      .transform((text) => text.length);
    expect(await validateOutput(schema, '{"value":"free"}')).toEqual({
      ok: true,
      value: 4,
      repaired: false,
    });
    expect(await validateOutput(schema, '{"value":"taken"}')).toEqual({
      ok: false,
      issues: [{ path: "$", message: "is taken" }],
    });
  });

  test("may leave out what the model should have written as null", async () => {
    const text = '{"id":"1","placedAt":"2024-01-02T03:04:05Z","lines":[{"quantity":2}]}';
    expect((await validateOutput(order, text)).ok).toBe(true);
  });

  test("that is no JSON has one issue, at the root", async () => {
    expect(await validateOutput(order, "I cannot.")).toEqual({
      ok: false,
      issues: [
        { path: "$", message: "Expected JSON, but there is no JSON object or list in the text." },
      ],
    });
  });

  test("that does not fit has every issue with its path", async () => {
    const output = await validateOutput(
      order,
      '{"id":1,"placedAt":"soon","lines":[{"quantity":0}]}',
    );
    expect(output).toEqual({
      ok: false,
      issues: [
        { path: "$.id", message: expect.stringContaining("expected string") },
        { path: "$.placedAt", message: expect.stringContaining("expected date") },
        { path: "$.lines[0].quantity", message: expect.stringContaining(">0") },
      ],
    });
  });

  test("that has a wrong value in a map is told what is wrong with it", async () => {
    const point = z.object({ x: z.number() });
    const schema = z.object({ m: z.map(point, z.object({ a: z.string() })) });
    expect(await validateOutput(schema, '{"m":[{"key":{"x":1},"value":{"a":5}}]}')).toEqual({
      ok: false,
      issues: [
        {
          path: "$.m.a",
          message: "Invalid value in map: Invalid input: expected string, received number",
        },
      ],
    });
  });

  test("that fits no option of a union has the issues of the closest one", async () => {
    const schema = z.object({
      shape: z.union([
        z.string(),
        z.object({ kind: z.literal("circle"), radius: z.number() }),
        z.object({ kind: z.literal("box"), width: z.number(), height: z.number() }),
      ]),
    });
    const output = await validateOutput(schema, '{"shape":{"kind":"circle","radius":"1 m"}}');
    expect(output).toEqual({
      ok: false,
      issues: [{ path: "$.shape.radius", message: expect.stringContaining("expected number") }],
    });
  });
});

test("issues are described in one line each, and no more than asked for", () => {
  const issues = [1, 2, 3].map((index) => ({ path: `$[${index}]`, message: "is wrong" }));
  expect(describeIssues(issues, 2)).toBe("- $[1]: is wrong\n- $[2]: is wrong\n- and 1 more");
});

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
      "expected a JSON Schema, got an object of name, strict, description, schema (at $). If one of these holds the schema",
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
    ).toThrow(/zod gives no JSON Schema .*use zod 4/);
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
