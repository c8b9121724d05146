import { z } from "zod";

const longKey = "k".repeat(500);

interface Json {
  readonly [key: string]: Json | string;
}
const tree: z.ZodType<Json> = z.lazy(() => z.record(z.string(), z.union([z.string(), tree])));

const category = z.object({
  name: z.string(),
  get children() {
    return z.array(category).optional();
  },
});

const a = z.object({
  name: z.literal("a"),
  get b() {
    return b.nullable();
  },
});
const b = z.object({
  name: z.literal("b"),
  get a() {
    return a.optional();
  },
});

const linked = z.object({
  value: z.date(),
  get next() {
    return linked.nullish();
  },
});

const listOfItself: z.ZodType = z.lazy(() => z.array(listOfItself));

const countries = z.enum(["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR"]);

const nestedOptional = z.string().optional().nullable().optional().default("x").nullable();

/** What breaks naive converters. */
export const nasty: Readonly<Record<string, z.ZodType>> = {
  "keys like keywords": z.object({
    $ref: z.string(),
    $defs: z.number(),
    type: z.boolean(),
    required: z.null(),
    properties: z.string().optional(),
  }),
  "keys in quotes and scripts": z.object({
    'he said "hi"': z.string(),
    "it's": z.string(),
    名前: z.string(),
    "😀": z.number(),
    "": z.boolean(),
    "a b": z.string(),
    "a.b": z.string(),
    "a/b~c": z.string(),
  }),
  "prototype keys": z.object({
    constructor: z.string(),
    toString: z.number().optional(),
    hasOwnProperty: z.date(),
  }),
  "numeric keys": z.object({ 10: z.string(), 2: z.number().optional(), first: z.literal("x") }),
  "numeric keys in a union": z.union([
    z.object({ 1: z.string(), b: z.string() }),
    z.object({ 1: z.string(), c: z.string() }),
  ]),
  "a very long key": z.object({ [longKey]: z.string().optional() }),
  "the names of the encoding": z.looseObject({
    value: z.string(),
    key: z.number(),
    otherProperties: z.string(),
    otherProperties_: z.string(),
  }),
  "a property called value": z.object({ value: z.object({ value: z.string().optional() }) }),
  "labels that are taken": z.union([z.date(), z.string(), z.object({ date: z.string() })]),
  "null beside absent beside any": z.object({
    a: z.union([z.null(), z.undefined(), z.unknown(), z.date()]),
  }),
  "wrappers upon wrappers": z.object({ a: nestedOptional }),
  "recursive category": category,
  "mutual recursion": z.object({ a, b }),
  "recursion with a conversion inside": linked,
  "recursive record": tree,
  "recursive union at the root": z.union([category, linked, z.string()]),
  "optional recursion in a tuple": z.tuple([category, linked.optional()]),
  "a list of lists of itself": listOfItself,
  "record of recursive nodes": z.record(z.string(), category),
  "empty and absent": z.object({
    a: z.array(z.string()).optional(),
    b: z.set(z.string()).nullable(),
    c: z.record(z.string(), z.string()).nullish(),
  }),
  "text that looks like JSON": z.object({ a: z.unknown(), b: z.string() }),
  "numbers at the edge": z.object({ a: z.number().min(-1e308).max(1e308), b: z.int().min(0) }),
  "an enum of 200 values": z.enum(
    Array.from({ length: 200 }, (_, index) => `value-${index}`) as [string, ...string[]],
  ),
  "an enum that is used twice": z.object(
    Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((key) => [key, countries])),
  ),
  "60 properties": z.object(
    Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [
        `p${index}`,
        index % 2 ? z.string().optional() : z.number(),
      ]),
    ),
  ),
  "unions in unions in unions": z.union([
    z.union([z.string().nullable(), z.union([z.int(), z.date().optional()])]),
    z.array(z.union([z.date(), z.string()])),
  ]),
  "strict variants with optional parts": z.union([
    z.strictObject({ a: z.string().optional(), b: z.string().optional() }),
    z.strictObject({ a: z.number().optional(), c: z.string().optional() }),
  ]),
  "loose variants": z.union([
    z.looseObject({ type: z.literal("a") }),
    z.looseObject({ type: z.literal("b"), n: z.bigint() }),
  ]),
  "maps of maps": z.map(z.bigint(), z.map(z.date(), z.tuple([z.string()], z.bigint()))),
};
