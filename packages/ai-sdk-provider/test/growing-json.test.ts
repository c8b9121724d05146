import * as fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { compileOutputSchema } from "@ktx/structured-output";
import { GrowingJson, openText } from "../src/growing-json.ts";

test.each<readonly [unknown, string]>([
  ["he", '"he'],
  ["a\u{1F600}", '"a\u{1F600}'],
  ["half of a pair \uD83D", '"half of a pair '],
  [[], "["],
  [{}, "{"],
  [["a", "b"], '["a","b'],
  [{ a: { b: [1, "x"] } }, '{"a":{"b":[1,"x'],
  [{ a: undefined, b: true }, '{"b":true'],
  [3, "3"],
  [null, "null"],
])("the beginning of %j is open", (value, expected) => {
  expect(openText(value)).toBe(expected);
});

const schema = z.object({
  title: z.string(),
  note: z.string().optional(),
  tags: z.array(z.string()),
  parts: z.array(z.object({ n: z.number(), name: z.string().nullable() })),
});

const values = fc.record(
  {
    title: fc.string({ unit: "grapheme" }),
    note: fc.string(),
    tags: fc.array(fc.string({ unit: "grapheme" })),
    parts: fc.array(
      fc.record({
        n: fc.integer(),
        name: fc.option(fc.string()),
      }),
    ),
  },
  { requiredKeys: ["title", "tags", "parts"] },
);

test("an answer in any pieces gives pieces of its JSON, which together are all of it", () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 9 }), (value, size) => {
      const wire = JSON.stringify(compileOutputSchema(schema).encode(value));
      const growing = new GrowingJson(schema);
      let shown = "";
      for (let at = 0; at < wire.length; at += size)
        shown += growing.push(wire.slice(at, at + size));
      const whole = JSON.stringify(compileOutputSchema(schema).decode(JSON.parse(wire)));
      expect(whole.startsWith(shown)).toBe(true);
      expect(shown + (growing.finish(whole) ?? "?")).toBe(whole);
    }),
    { numRuns: 60 },
  );
});

test("a text is given while it is written", () => {
  const growing = new GrowingJson(schema);
  const pieces = ['{"title":"Te', "a for", ' two","tags":["a"', ',"b'];
  expect(pieces.map((piece) => growing.push(piece))).toEqual([
    '{"title":"Te',
    "a for",
    ' two","tags":["a',
    '","b',
  ]);
});

test("another answer begins from its beginning", () => {
  const growing = new GrowingJson(schema);
  expect(growing.push('{"title":"wrong')).toBe('{"title":"wrong');
  growing.restart();
  expect(growing.push('{"title":"right')).toBe('{"title":"right');
});
