import { z } from "zod";

/** One kind of scalar each, with and without constraints. */
export const scalars: Readonly<Record<string, z.ZodType>> = {
  string: z.string(),
  "string with length limits": z.string().min(2).max(40),
  "string with a pattern": z.string().regex(/^[A-Z]{3}-[0-9]{4}$/),
  "string with a lookahead": z.string().regex(/^(?!tmp-)[a-z-]{3,8}$/),
  "string with two patterns": z.string().regex(/^a/).regex(/z$/),
  "string with a prefix, a suffix and a part": z
    .string()
    .startsWith("<")
    .endsWith(">")
    .includes("="),
  "trimmed string": z.string().trim().toLowerCase(),
  email: z.email(),
  uuid: z.uuid(),
  url: z.url(),
  "date-time": z.iso.datetime(),
  "local date-time": z.iso.datetime({ local: true }),
  "calendar date": z.iso.date(),
  "time of day": z.iso.time(),
  "IPv4 address": z.ipv4(),
  base64: z.base64(),
  "phone number": z.e164(),
  "template literal": z.templateLiteral(["v", z.int(), ".", z.int()]),
  number: z.number(),
  "number in a range": z.number().gt(0).lte(1),
  "multiple of 5": z.number().multipleOf(5),
  integer: z.int(),
  int32: z.int32(),
  boolean: z.boolean(),
  "boolean in words": z.stringbool(),
  null: z.null(),
  date: z.date(),
  "date after another": z.date().min(new Date("2020-01-01T00:00:00Z")),
  bigint: z.bigint(),
  "positive bigint": z.bigint().positive(),
  literal: z.literal("only"),
  "literals of many types": z.literal(["a", 1, true, null, 5n, undefined]),
  enum: z.enum(["red", "green", "blue"]),
  "enum with values": z.enum({ Low: 1, High: 2 }),
  "coerced number": z.coerce.number<number>(),
  "coerced date": z.coerce.date<Date>(),
  "any value": z.any(),
  "unknown value": z.unknown(),
  "JSON value": z.json(),
  "string with a message in a refinement": z
    .string()
    .refine((text) => text !== "x", "must not be x"),
  "string that becomes a number": z.string().regex(/^\d+$/).transform(Number),
  "date in the form of a string": z.codec(z.iso.datetime(), z.date(), {
    decode: (text) => new Date(text),
    encode: (date) => date.toISOString(),
  }),
  "preprocessed number": z.preprocess((value) => value ?? 0, z.number()),
  "branded string": z.string().brand<"OrderId">(),
};
