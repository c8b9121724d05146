import { describe, expect, test } from "vitest";
import { z } from "zod";
import { compileOutputSchema } from "../src/index.ts";
import { valuesOf } from "./values-of.ts";

describe("the value of an answer that is being written", () => {
  test("grows by words, items and properties", () => {
    const schema = z.object({ title: z.string(), tags: z.array(z.string()), n: z.number() });
    expect(valuesOf(schema, '{"title":"Hi","tags":["a","b"],"n":12}')).toEqual([
      {},
      { title: "" },
      { title: "H" },
      { title: "Hi" },
      { title: "Hi", tags: [] },
      { title: "Hi", tags: [""] },
      { title: "Hi", tags: ["a"] },
      { title: "Hi", tags: ["a", ""] },
      { title: "Hi", tags: ["a", "b"] },
      { title: "Hi", tags: ["a", "b"], n: 12 },
    ]);
  });

  test("has dates, words of an enum, numbers and JSON texts only whole", () => {
    const schema = z.object({
      on: z.date(),
      kind: z.enum(["low", "lower"]),
      sum: z.bigint(),
      mail: z.email(),
      any: z.unknown(),
    });
    const text =
      '{"on":"2026-01-02T00:00:00Z","kind":"lower","sum":"12","mail":"a@b.co","any":"[1]"}';
    const on = new Date("2026-01-02T00:00:00Z");
    const whole = { on, kind: "lower", sum: 12n, mail: "a@b.co", any: [1] };
    expect(valuesOf(schema, text)).toEqual([
      {},
      { on },
      { on, kind: "lower" },
      { on, kind: "lower", sum: 12n },
      { on, kind: "lower", sum: 12n, mail: "a@b.co" },
      whole,
    ]);
  });

  test("has records, maps and sets of what is complete", () => {
    const schema = z.object({
      scores: z.record(z.string(), z.number()),
      places: z.map(z.string(), z.string()),
      tags: z.set(z.string()),
    });
    const text = JSON.stringify(
      compileOutputSchema(schema).encode({
        scores: { a: 1 },
        places: new Map([["x", "y"]]),
        tags: new Set(["new"]),
      }),
    );
    const [scores, places, tags] = [{ a: 1 }, new Map([["x", "y"]]), new Set(["new"])];
    expect(valuesOf(schema, text)).toEqual([
      {},
      { scores: {} },
      { scores },
      { scores, places: new Map() },
      { scores, places },
      { scores, places, tags: new Set() },
      { scores, places, tags },
    ]);
  });

  test("is undecided until only one option of a union is left", () => {
    const schema = z.object({
      shape: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("circle"), size: z.string() }),
        z.object({ kind: z.literal("cube"), size: z.date() }),
      ]),
      note: z.string().optional(),
    });
    expect(valuesOf(schema, '{"shape":{"kind":"circle","size":"xl"},"note":null}')).toEqual([
      {},
      { shape: {} },
      { shape: { kind: "circle" } },
      { shape: { kind: "circle", size: "" } },
      { shape: { kind: "circle", size: "x" } },
      { shape: { kind: "circle", size: "xl" } },
    ]);
  });

  test("is that of the root where the root is no object", () => {
    expect(valuesOf(z.array(z.string()), '{"value":["a"]}')).toEqual([[], [""], ["a"]]);
    expect(valuesOf(z.number(), '{"value":12}')).toEqual([12]);
    expect(
      valuesOf(
        z.tuple([z.string(), z.number()], z.date()),
        '{"0":"a","1":2,"rest":["2026-01-02T00:00:00Z"]}',
      ),
    ).toEqual([[], [""], ["a"], ["a", 2], ["a", 2, new Date("2026-01-02T00:00:00Z")]]);
  });

  test("is followed through recursion", () => {
    type Tree = { name: string; children: Tree[] };
    const tree: z.ZodType<Tree> = z.object({
      name: z.string(),
      get children() {
        return z.array(tree);
      },
    });
    expect(valuesOf(tree, '{"name":"a","children":[{"name":"b').at(-1)).toEqual({
      name: "a",
      children: [{ name: "b" }],
    });
  });

  test("is that of any JSON Schema", () => {
    const schema = { type: "object", properties: { n: { type: "integer" } }, required: ["n"] };
    expect(valuesOf(schema, '{"n":3}')).toEqual([{}, { n: 3 }]);
  });
});

describe("a value that its schema refuses", () => {
  const a = z.string();
  test.each<[string, z.ZodType, string, unknown]>([
    ["another type", z.number(), '"many"', undefined],
    ["a number beyond its limit", z.number().max(3), "4", undefined],
    ["a text that is too long", z.string().max(2), '"abc"', "ab"],
    ["a text that is too short", z.string().min(9), '"abc"', "abc"],
    ["another word than those of an enum", z.enum(["bad"]), '"bug"', undefined],
    ["a text of another format", z.email(), '"abc"', undefined],
    ["too many items", z.array(z.int()).max(1), "[1,2,3]", [1]],
    ["an item of another type", z.array(z.int()), "[1,{}]", [1]],
    ["none of the options of a union", z.union([z.int(), z.array(z.int())]), '{"b":1}', undefined],
    ["a property that is missing", z.object({ b: a, c: z.int() }), '{"b":"1"}', { b: "1" }],
    ["a property too many", z.strictObject({ b: z.int() }), '{"b":1,"c":2}', { b: 1 }],
  ])("is not given: %s", (_, n, json, before) => {
    const schema = z.object({ a, n, last: a });
    const text = `{"a":"x","n":${json},"last":"y"}`;
    expect(schema.safeParse(JSON.parse(text)).success).toBe(false);
    expect(valuesOf(schema, text).at(-1)).toEqual({
      a: "x",
      ...(before !== undefined && { n: before }),
    });
  });

  test("of the caller's own code is not known before the end, and that code is not called", () => {
    let calls = 0;
    const n = z
      .number()
      .refine(() => (calls += 1) < 0)
      .transform(() => (calls += 1));
    expect(valuesOf(z.object({ n }), '{"n":1}')).toEqual([{}, { n: 1 }]);
    expect(calls).toBe(0);
  });
});
