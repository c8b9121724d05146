import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { answering, runtimeOn } from "./object-scene.ts";

describe("the type of the value", () => {
  const runtime = runtimeOn(answering('{"name":"Ada","age":null}'));
  const who = { role: "default", prompt: "Who?" };

  test("is the output type of a zod schema, transforms and defaults included", async () => {
    const schema = z.object({
      name: z.string().transform((name) => name.length),
      age: z.number().default(7),
    });
    const value = await runtime.generateObject({ ...who, schema });
    expectTypeOf(value).toEqualTypeOf<{ name: number; age: number }>();
    expect(value).toEqual({ name: 3, age: 7 });
  });

  test("is the output type of an arktype schema", async () => {
    const schema = type({ name: "string", "age?": "number" });
    const value = await runtime.generateObject({ ...who, schema });
    expectTypeOf(value).toEqualTypeOf<{ name: string; age?: number }>();
    expect(value).toEqual({ name: "Ada" });
  });

  test("is the output type of a valibot schema", async () => {
    const schema = toStandardJsonSchema(
      v.object({ name: v.string(), age: v.optional(v.number(), 7) }),
    );
    const value = await runtime.generateObject({ ...who, schema });
    expectTypeOf(value).toEqualTypeOf<{ name: string; age: number }>();
    expect(value).toEqual({ name: "Ada", age: 7 });
  });

  test("is unknown with a JSON Schema, unless the caller says what it is", async () => {
    const schema = {
      type: "object",
      properties: { name: { type: "string" }, age: { type: "number" } },
      required: ["name"],
      additionalProperties: false,
    };
    const value = await runtime.generateObject({ ...who, schema });
    expectTypeOf(value).toBeUnknown();
    const person = await runtime.generateObject<{ name: string }>({ ...who, schema });
    expectTypeOf(person).toEqualTypeOf<{ name: string }>();
    expect([value, person]).toEqual([{ name: "Ada" }, { name: "Ada" }]);
  });
});
