import { describe, expect, test } from "vitest";
import { z } from "zod";
import { compileOutputSchema } from "../src/index.ts";

/** The JSON Schema of a schema that stands under a property. */
function written(schema: z.ZodType): unknown {
  const { properties } = compileOutputSchema(z.object({ it: schema })).jsonSchema;
  return z.object({ it: z.unknown() }).parse(properties).it;
}

describe("a format", () => {
  const emailOf = (pattern: RegExp) => z.email({ pattern });
  const uuids = "^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})$";

  /** Values that the schema takes, and the service's format of that name does not. */
  test.each<readonly [what: string, schema: z.ZodType, value: string, json: object]>([
    [
      "an email of another pattern",
      emailOf(/^[a-z]+$/),
      "ada",
      { description: "Matches /^[a-z]+$/." },
    ],
    [
      "an email as HTML has it",
      emailOf(z.regexes.html5Email),
      "a@b",
      { description: `Matches ${String(z.regexes.html5Email)}.` },
    ],
    [
      "an email in any script",
      emailOf(z.regexes.unicodeEmail),
      "ä@ö",
      { description: `Matches ${String(z.regexes.unicodeEmail)}.` },
    ],
    [
      "an email by a check",
      z.string().check(emailOf(/^[a-z]+$/)),
      "ada",
      { description: "Matches /^[a-z]+$/." },
    ],
    [
      "a date-time without seconds",
      z.iso.datetime({ precision: -1 }),
      "2024-02-29T23:59Z",
      {
        description: "A date and time, such as 2024-02-29T23:59Z. UTC, ending in Z. No seconds.",
      },
    ],
    [
      "a date-time with an offset and without seconds",
      z.iso.datetime({ precision: -1, offset: true }),
      "2024-02-29T23:59+01:00",
      {
        description: "A date and time with an offset, such as 2024-02-29T23:59+01:00. No seconds.",
      },
    ],
    [
      "a local date-time without seconds",
      z.iso.datetime({ precision: -1, local: true }),
      "2024-02-29T23:59",
      {
        description: "A date and time without an offset, such as 2024-02-29T23:59. No seconds.",
      },
    ],
    ["a guid", z.guid(), "11111111-1111-1111-1111-111111111111", { pattern: uuids }],
    [
      "a format of one's own under a name of the service's",
      z.stringFormat("uuid", (text) => text.length === 1),
      "x",
      { description: "A valid uuid." },
    ],
  ])("that takes less is not asked for: %s", (_what, schema, value, json) => {
    expect(schema.safeParse(value).error).toBeUndefined();
    expect(written(schema)).toEqual({ type: "string", ...json });
  });

  test("that takes as much is asked for", () => {
    const formats = [
      z.email(),
      z.uuid(),
      z.uuidv4(),
      z.iso.datetime({ offset: true }),
      z.hostname(),
    ];
    expect(formats.map(written)).toMatchObject(
      ["email", "uuid", "uuid", "date-time", "hostname"].map((format) => ({ format })),
    );
  });
});

describe("a pattern", () => {
  test.each<readonly [source: string, flags: string]>([
    ["^[[a-z]--[aeiou]]+$", "v"],
    ["^[a-z]$", "v"],
    [String.raw`^\u{61}$`, "u"],
    [String.raw`^\u{61}$`, ""],
    [String.raw`\cJ`, ""],
    ["[^]", ""],
    ["[]", ""],
    ["^[^]]$", ""],
    ["^[[]$", ""],
    ["^[a&&b]$", ""],
    [String.raw`^\A\z$`, ""],
    [String.raw`^\<b\>$`, ""],
    [String.raw`^[\ud83d\ude00]$`, "u"],
    ["^[😀]$", ""],
    ["^.$", "u"],
    ["^[^,]$", "u"],
    [String.raw`^\D$`, "u"],
    [String.raw`^\\\D$`, "u"],
    [String.raw`^[\W_]$`, "u"],
  ])("that only JavaScript reads so is kept in words: /%s/%s", (source, flags) => {
    const pattern = new RegExp(source, flags);
    expect(written(z.string().regex(pattern))).toEqual({
      type: "string",
      description: `Matches ${String(pattern)}.`,
    });
  });

  test.each<readonly [source: string, flags: string]>([
    ["^[^,]*.$", ""],
    [String.raw`^\d+\D[\s\S]\.\w?$`, ""],
    [String.raw`^[\[\]\\^.-]+\[\]\\D$`, "u"],
    [String.raw`^\x41\u00e9\t\/\-$`, ""],
    [String.raw`^(\d?=\d)?$`, ""],
    ["^[a-z.]+$", "u"],
    ["^(?:a|b){2,3}$", "g"],
  ])("that all engines read alike is enforced: /%s/%s", (source, flags) => {
    const pattern = new RegExp(source, flags);
    expect(written(z.string().regex(pattern))).toEqual({ type: "string", pattern: pattern.source });
  });
});

describe("how many items", () => {
  const texts = z.array(z.string());

  test.each<readonly [what: string, schema: z.ZodType, limits: object]>([
    ["no most", texts.max(Infinity), {}],
    ["no most of a map", z.map(z.string(), z.int()).max(Infinity), {}],
    ["no most of a set", z.set(z.string()).max(Infinity), {}],
    ["a number that is no count", texts.min(NaN).max(-1), {}],
    ["fewer than none, and a fraction", texts.min(-1).max(2.5), { maxItems: 2 }],
    ["a fraction at least", texts.min(1.5), { minItems: 2 }],
    ["two minimums", texts.min(3).min(1), { minItems: 3 }],
    ["two maximums", texts.max(2).max(4), { maxItems: 2 }],
    ["a length within limits", texts.min(1).length(3).max(9), { minItems: 3, maxItems: 3 }],
    ["limits around a size", z.set(z.string()).size(2).min(1), { minItems: 2, maxItems: 2 }],
    ["none", texts.min(0).max(0), { minItems: 0, maxItems: 0 }],
  ])("is a count, and the narrowest: %s", (_what, schema, limits) => {
    const found = z.looseObject({ type: z.string(), items: z.unknown() }).parse(written(schema));
    const { type, items, ...keywords } = found;
    expect([type, items === undefined]).toEqual(["array", false]);
    expect(keywords).toEqual(limits);
  });
});

describe("a date that is none", () => {
  const none = new Date(NaN);
  const noon = new Date("2024-01-02T12:00:00.000Z");

  test("is written as a text that is read as none", () => {
    const schema = z.object({ at: z.date().catch(noon) });
    const { encode, decode } = compileOutputSchema(schema);
    const json: unknown = JSON.parse(JSON.stringify(encode({ at: none })));
    expect(json).toEqual({ at: "Invalid Date" });
    expect(schema.parse(decode(json))).toEqual({ at: noon });
  });

  test("is no limit to speak of", () => {
    expect(written(z.date().min(none).max(noon))).toEqual({
      type: "string",
      format: "date-time",
      description: `At most ${noon.toISOString()}.`,
    });
  });
});

describe("the keys of a record", () => {
  const nested = (levels: number, innermost: z.ZodType<string>) =>
    Array.from({ length: levels }).reduce<z.ZodType<string>>(
      (union) => z.union([union, z.string().regex(/^x/)]),
      innermost,
    );

  test.each<readonly [what: string, schema: z.ZodType]>([
    ["of any kind", z.record(nested(12_000, z.string()), z.int())],
    [
      "beside an object",
      z.object({ a: z.int() }).and(z.record(nested(12_000, z.string()), z.int())),
    ],
  ])("are refused where their unions are too deep: %s", (_what, schema) => {
    expect(() => compileOutputSchema(schema)).toThrow(
      expect.objectContaining({ code: "limit", reason: expect.stringContaining("200 schemas") }),
    );
  });

  test("may be unions within unions, of which each option counts once", () => {
    let names: z.ZodType<string> = z.enum(["a", "b"]);
    let kinds: z.ZodType<string> = z.union([z.email(), z.uuid()]);
    for (let level = 0; level < 60; level += 1) {
      names = z.union([names, names]);
      kinds = z.union([kinds, kinds]);
    }
    expect(written(z.record(names, z.int()))).toMatchObject({ required: ["a", "b"] });
    expect(written(z.record(kinds, z.int()))).toMatchObject({
      items: {
        properties: {
          key: {
            anyOf: [
              { type: "string", format: "email" },
              { type: "string", format: "uuid" },
            ],
          },
        },
      },
    });
  });

  test.each<readonly [what: string, key: z.ZodType<string | number>]>([
    ["made of numbers", z.number().transform(String)],
    ["made of dates", z.date().transform(String)],
    ["a number among strings", z.union([z.email(), z.literal(5)])],
  ])("are refused with what is true of them: %s", (_what, key) => {
    expect(() => compileOutputSchema(z.record(key, z.int()))).toThrow(
      expect.objectContaining({
        code: "unsupported",
        path: "${key}",
        reason: "the keys of a record must be unconverted strings, or z.number()",
      }),
    );
  });
});

describe("parts of a union", () => {
  const keys = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const ofEight = (part: z.ZodType) => z.object(Object.fromEntries(keys.map((key) => [key, part])));

  // Once for each way to them would be 8^8 times.
  test("that are shared are compared once", () => {
    const chain = (end: z.ZodType) =>
      Array.from({ length: 8 }).reduce<z.ZodType>((part) => ofEight(part), end);
    expect(written(z.union([chain(z.date()), chain(z.string())]))).toMatchObject({
      anyOf: [{ required: ["object"] }, { required: keys }],
    });
  });

  // Their pairs come back to the first after 97 * 89 others.
  test("that are recursions of different lengths are compared only so far", () => {
    const cycle = (length: number, leaf: z.ZodType): z.ZodType => {
      const again: z.ZodType = z.lazy(() => first).nullable();
      const first = Array.from({ length }).reduce<z.ZodType>(
        (next) => z.object({ leaf, next }),
        again,
      );
      return first;
    };
    const schema = z.union([cycle(97, z.date()), cycle(89, z.string())]);
    expect(() => compileOutputSchema(schema)).toThrow(expect.objectContaining({ code: "limit" }));
  });
});
