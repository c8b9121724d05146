import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { describeIssues, validateOutput } from "../src/index.ts";

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
        { path: "$", message: "Expected JSON, but the text contains no JSON object or list." },
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

describe("the code of a schema", () => {
  test("runs once for an answer, and what it rejects with is the caller's to handle", async () => {
    const calls: unknown[] = [];
    const schema = z.object({ count: z.number() }).transform(async (value) => {
      calls.push(value);
      throw new Error("my bug");
    });
    await expect(validateOutput(schema, '{"count":1}')).rejects.toThrow("my bug");
    expect(calls).toEqual([{ count: 1 }]);
  });
});
