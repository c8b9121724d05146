import { z } from "zod";

const point = z.object({ x: z.number(), y: z.number() });

/** How types combine: left out or null, unions, collections, intersections. */
export const combinations: Readonly<Record<string, z.ZodType>> = {
  "empty object": z.object({}),
  "optional property": z.object({ a: z.string().optional() }),
  "nullable property": z.object({ a: z.string().nullable() }),
  "nullish property": z.object({ a: z.string().nullish() }),
  "optional null": z.object({ a: z.null().optional() }),
  "exactly optional property": z.object({ a: z.exactOptional(z.number()) }),
  "optional any": z.object({ a: z.any().optional() }),
  default: z.object({ a: z.number().default(7), b: z.string().nullable().default("x") }),
  prefault: z.object({ a: z.string().prefault("x") }),
  catch: z.object({ a: z.number().catch(0), b: z.string().optional().catch("x") }),
  "non-optional": z.object({ a: z.nonoptional(z.string().optional()) }),
  "partial and required": z
    .object({ a: z.string(), b: z.number() })
    .partial()
    .required({ a: true }),
  "property that must be left out": z.object({ kind: z.literal("x"), other: z.never().optional() }),
  "optional root": z.string().optional(),
  "readonly array": z.array(z.string()).readonly(),
  "array with limits": z.array(z.int()).min(1).max(3),
  "array of optional items": z.array(z.string().optional()),
  "array of arrays": z.array(z.array(z.boolean())),
  set: z.set(z.string()),
  "set of dates": z.set(z.date()).max(4),
  tuple: z.tuple([z.string(), z.number()]),
  "tuple with rest": z.tuple([z.string()], z.number()),
  "tuple with optional items": z.tuple([z.string(), z.number().optional(), z.date().optional()]),
  "tuple with an optional item and a rest of optional ones": z.tuple(
    [z.string().optional()],
    z.date().optional(),
  ),
  "tuple of tuples": z.tuple([point, z.tuple([z.null(), point])]),
  record: z.record(z.string(), z.number()),
  "record of records": z.record(z.string(), z.record(z.string(), z.date())),
  "record of named keys": z.record(z.enum(["en", "de"]), z.string()),
  "partial record": z.partialRecord(z.enum(["en", "de"]), z.string().nullable()),
  "record of literal keys": z.record(z.literal(["a", "b"]), z.boolean()),
  "record with patterned keys": z.record(z.string().regex(/^[a-z]+$/), z.number()),
  "record with numeric keys": z.record(z.number(), z.string()),
  "record of optional values": z.record(z.string(), z.string().nullable()),
  map: z.map(z.string(), z.bigint()),
  "map with object keys": z.map(point, z.set(z.number())),
  "loose object": z.looseObject({ id: z.string() }),
  "strict object": z.strictObject({ id: z.string() }),
  "object with a catchall": z.object({ id: z.string() }).catchall(z.number()),
  "union of scalars": z.union([z.string(), z.number(), z.boolean(), z.null()]),
  "union of literals": z.union([z.literal("a"), z.literal("b"), z.literal(3)]),
  "date or string": z.union([z.date(), z.string()]),
  "bigint or number or string": z.union([z.bigint(), z.number(), z.string()]),
  "set or array": z.union([z.set(z.string()), z.array(z.string())]),
  "record or array": z.union([z.record(z.string(), z.number()), z.array(z.number())]),
  "map or record": z.union([z.map(z.string(), z.number()), z.record(z.string(), z.number())]),
  "any or date": z.union([z.date(), z.any()]),
  "object or scalar": z.union([point, z.string()]),
  "objects told apart by a constant": z.discriminatedUnion("kind", [
    z.object({ size: z.number(), kind: z.literal("circle") }),
    z.object({ width: z.number(), height: z.number(), kind: z.literal("box") }),
  ]),
  "objects told apart by an enum": z.discriminatedUnion("kind", [
    z.object({ n: z.number(), kind: z.enum(["a", "b"]) }),
    z.object({ n: z.string(), kind: z.enum(["c", "d"]) }),
  ]),
  "nested discriminated unions": z.discriminatedUnion("status", [
    z.object({ status: z.literal("ok"), value: z.string() }),
    z.discriminatedUnion("code", [
      z.object({ status: z.literal("failed"), code: z.literal(400), message: z.string() }),
      z.object({ status: z.literal("failed"), code: z.literal(500), retryAfter: z.number() }),
    ]),
  ]),
  "an object and its extension": z.union([
    z.strictObject({ a: z.string() }),
    z.strictObject({ a: z.string(), b: z.number() }),
  ]),
  "objects of the same keys": z.union([
    z.object({ a: z.string() }),
    z.object({ a: z.number() }),
    z.object({ a: z.date() }),
  ]),
  "objects that overlap": z.union([
    z.object({ a: z.string(), b: z.string().optional() }),
    z.object({ a: z.string(), c: z.string().nullable() }),
  ]),
  "tuples in a union": z.union([z.tuple([z.string()]), z.tuple([z.string(), z.string()])]),
  "exclusive union": z.xor([z.string(), z.number()]),
  "union with undefined": z.object({ a: z.union([z.string(), z.undefined()]) }),
  "optional union": z.object({ a: z.union([point, z.literal("origin")]).nullish() }),
  "described union": z.object({
    a: z.union([z.string(), z.number()]).describe("id or name").optional(),
  }),
  "intersection of objects": z.intersection(
    z.object({ a: z.string() }),
    z.object({ b: z.number().optional() }),
  ),
  "intersection with a shared property": z.intersection(
    z.object({ kind: z.enum(["a", "b"]), n: z.number() }),
    z.object({ kind: z.literal("a"), n: z.number() }),
  ),
  "union and object intersected": z.intersection(
    z.union([
      z.object({ t: z.literal(1), a: z.string() }),
      z.object({ t: z.literal(2), b: z.string() }),
    ]),
    z.object({ id: z.uuid() }),
  ),
  "reused object": z.object({
    from: point,
    to: point,
    via: z.array(point),
    hint: point.describe("optional").optional(),
  }),
  "lazy object": z.object({ p: z.lazy(() => point) }),
  "object with rules": z
    .object({ password: z.string(), confirm: z.string() })
    .refine((value) => value.password === value.confirm, "passwords must match"),
  "object with an asynchronous rule": z.object({
    a: z.union([z.string().refine(async () => true), z.number()]),
  }),
  "transformed object": z
    .object({ a: z.string().optional() })
    .transform((value) => Object.keys(value).length),
  "pipe into another schema": z
    .string()
    .transform((text) => text.length)
    .pipe(z.number().max(9)),
  "described everywhere": z
    .object({
      a: z.string().meta({ title: "A", description: "the a", examples: ["x"], deprecated: true }),
    })
    .describe("the root"),
};

/** Combinations that are refused, with what to use instead; they count where approaches are compared. */
export const refusedCombinations = {
  "intersection of lists": z.intersection(
    z.array(z.object({ a: z.string() })).min(1),
    z.array(z.object({ b: z.date().optional() })).max(3),
  ),
  "object and record intersected": z.intersection(
    z.object({ id: z.string() }),
    z.record(z.string(), z.string()),
  ),
} as const satisfies Readonly<Record<string, z.ZodType>>;
