import * as fc from "fast-check";
import { z } from "zod";

const keys = ["a", "b", "kind", "value", "date"] as const;

const scalar: fc.Arbitrary<z.ZodType> = fc.constantFrom<z.ZodType[]>(
  z.string(),
  z.number(),
  z.int(),
  z.boolean(),
  z.null(),
  z.date(),
  z.bigint(),
  z.unknown(),
  z.enum(["x", "y"]),
  z.literal("x"),
  z.literal(["y", 1, null]),
  z.literal(2n),
);

/** Random zod schemas, of everything that combines. */
export const arbitrarySchema: fc.Arbitrary<z.ZodType> = fc.letrec<{ schema: z.ZodType }>((tie) => {
  const inner = tie("schema");
  const key = fc.constantFrom(...keys);
  const object = fc
    .tuple(
      fc.uniqueArray(fc.tuple(key, inner), { selector: ([name]) => name, maxLength: 4 }),
      fc.constantFrom("strip", "strict", "loose"),
    )
    .map(([entries, mode]) => {
      const shape = Object.fromEntries(entries);
      if (mode === "strict") return z.strictObject(shape);
      return mode === "loose" ? z.looseObject(shape) : z.object(shape);
    });
  return {
    schema: fc.oneof(
      { depthSize: "medium", withCrossShrink: true },
      scalar,
      object,
      inner.map((schema) => schema.optional()),
      inner.map((schema) => schema.nullable()),
      inner.map((schema) => z.array(schema)),
      inner.map((schema) => z.set(schema)),
      inner.map((schema) => z.record(z.string(), schema)),
      inner.map((schema) => z.partialRecord(z.enum(["x", "y"]), schema)),
      fc.tuple(inner, inner).map(([left, right]) => z.map(left, right)),
      fc.tuple(inner, inner).map(([first, rest]) => z.tuple([first], rest)),
      fc.array(inner, { minLength: 1, maxLength: 4 }).map((options) => z.union(options)),
      fc.array(object, { minLength: 2, maxLength: 3 }).map((options) => z.union(options)),
      fc.tuple(inner, key).map(([schema, name]) => z.union([schema, z.object({ [name]: schema })])),
    ),
  };
}).schema;
