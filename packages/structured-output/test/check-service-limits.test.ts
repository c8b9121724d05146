import { findStrictSchemaProblem } from "@ktx/codex-sim";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { UnsupportedOutputSchemaError } from "../src/index.ts";
import { checkServiceLimits } from "../src/check-service-limits.ts";

const text = { type: "string" };
const object = (properties: Record<string, unknown>) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const orNull = (schema: object) => ({ anyOf: [schema, { type: "null" }] });
const refer = (name: string) => ({ $ref: `#/$defs/${name}` });

/** A schema within so many objects. */
const within = (levels: number, schema: object): object =>
  levels === 0 ? schema : object({ in: within(levels - 1, schema) });

const names = ["A", "B", "C", "D"];

/** Definitions that refer to each other at random, from within some objects. */
const definitions = fc
  .tuple(
    ...names.map(() =>
      fc.record({
        levels: fc.nat(8),
        references: fc.array(
          fc.tuple(fc.nat(3), fc.constantFrom(...names.map(refer), { $ref: "#" })),
          { maxLength: 3 },
        ),
      }),
    ),
  )
  .map((parts) =>
    parts.map(({ levels, references }, index) => {
      const others = references.map(([around, reference]) => within(around, orNull(reference)));
      const properties = { own: within(levels, text), ...Object.fromEntries(others.entries()) };
      return [names[index] ?? "", object(properties)] as const;
    }),
  );

test("how deep parts go that hold each other is the same in any order, and for the stand-in of the service", () => {
  fc.assert(
    fc.property(definitions, fc.shuffledSubarray(names, { minLength: 1 }), (parts, order) => {
      const [schema, reversed] = [order, order.toReversed()].map((some) => ({
        ...object(Object.fromEntries(some.map((name) => [name, refer(name)]))),
        $defs: Object.fromEntries(parts),
      }));
      const levels = levelsBeyondLimit(schema);
      expect(levelsBeyondLimit(reversed)).toBe(levels);
      expect(levelsForStandIn(schema)).toBe(levels);
      expect(levelsForStandIn(reversed)).toBe(levels);
    }),
    { numRuns: 500 },
  );
});

test("how deep parts go takes no long time to tell where each is shared by two others of a cycle", () => {
  const last = 200;
  const parts = Array.from({ length: last + 1 }, (_, index) => {
    const next = index === last ? { $ref: "#" } : refer(`P${index + 1}`);
    return [`P${index}`, { anyOf: [next, { anyOf: [next, text] }] }] as const;
  });
  const schema = { ...object({ first: refer("P0") }), $defs: Object.fromEntries(parts) };
  expect(levelsBeyondLimit(schema)).toBeUndefined();
  expect(levelsForStandIn(schema)).toBeUndefined();
});

function levelsBeyondLimit(schema: Record<string, unknown> = {}): string | undefined {
  try {
    checkServiceLimits(schema);
  } catch (error) {
    if (error instanceof UnsupportedOutputSchemaError)
      return /nests objects and lists (\d+) levels deep/.exec(error.message)?.[1];
    throw error;
  }
}

function levelsForStandIn(schema: unknown): string | undefined {
  return /(\d+) levels of nesting/.exec(findStrictSchemaProblem(schema)?.message ?? "")?.[1];
}
