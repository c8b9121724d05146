import { describe, expect, test } from "vitest";
import { z } from "zod";
import { compileOutputSchema, validateOutput } from "../src/index.ts";

const loose = z.object({ id: z.string() }).catchall(z.int());

describe("nothing is lost or made up where an answer has another form", () => {
  test.each<readonly [what: string, schema: z.ZodType, json: unknown]>([
    ["an entry without a key", z.record(z.string(), z.int()), { value: [{ name: "a", value: 1 }] }],
    [
      "an entry with a key of null",
      z.record(z.string(), z.int()),
      { value: [{ key: null, value: 1 }] },
    ],
    ["others that are no list", loose, { id: "x", otherProperties: "none" }],
    ["more positions", z.tuple([z.string()]), { 0: "a", 1: "b" }],
    ["a rest that is no list", z.tuple([z.string()], z.int()), { 0: "a", rest: 5 }],
    ["a date that JavaScript guesses", z.object({ at: z.date() }), { at: "about 5" }],
    ["a day that its month has not", z.object({ at: z.date() }), { at: "2024-02-30" }],
    ["a time of no zone", z.object({ at: z.date() }), { at: "2024-01-02T12:00:00" }],
    ["a date with words behind it", z.object({ at: z.date() }), { at: "2024-01-02 or 5" }],
  ])("%s", async (_what, schema, json) => {
    expect(await validateOutput(schema, JSON.stringify(json))).toMatchObject({ ok: false });
  });

  test("other properties do not replace the known ones", () => {
    const { decode } = compileOutputSchema(z.looseObject({ id: z.string() }));
    const json = { id: "x", otherProperties: [{ key: "id", value: '"y"' }] };
    expect(decode(json)).toEqual({ id: "x" });
  });

  test.each([
    ["null", null, { id: "x" }],
    ["an object", { a: 1 }, { id: "x", a: 1 }],
  ])("other properties may be %s", async (_what, otherProperties, value) => {
    const answer = JSON.stringify({ id: "x", otherProperties });
    expect(await validateOutput(loose, answer)).toMatchObject({ ok: true, value });
  });
});
