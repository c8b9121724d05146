import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { z } from "zod";
import { longRuns } from "../../../test/long-form.ts";
import { compileOutputSchema } from "../src/index.ts";
import { arbitraryInput } from "./arbitrary-input.ts";
import { arbitrarySchema } from "./arbitrary-schema.ts";
import { corpus } from "./corpus/index.ts";
import { compiledUnlessTooLarge } from "./compiled-unless-too-large.ts";
import { valuesOf } from "./values-of.ts";

/** The values of an answer that are no beginnings of it, and the last one where it is not whole. */
function faultsOf(schema: z.ZodType, value: unknown): readonly unknown[] {
  const values = valuesOf(schema, JSON.stringify(compileOutputSchema(schema).encode(value)));
  const last = values.at(-1);
  const faults = values.filter((part) => !begins(part, value));
  return isDeepStrictEqual(last, value) ? faults : [...faults, last];
}

test("each value of any answer of any schema is a beginning of the last one, which is whole", () => {
  fc.assert(
    fc.property(arbitrarySchema, fc.integer(), (schema, seed) => {
      fc.pre(compiledUnlessTooLarge(schema) !== undefined);
      for (const value of fc.sample(arbitraryInput(schema), { numRuns: 3, seed }))
        expect(faultsOf(schema, value)).toEqual([]);
    }),
    longRuns(100),
  );
});

test.each(Object.entries(corpus))("so it is with answers of %s", (_, schema) => {
  const { numRuns, ...seed } = longRuns(1);
  const values = fc.sample(arbitraryInput(schema), { numRuns: Math.min(5, numRuns), ...seed });
  expect(values.flatMap((value) => faultsOf(schema, value))).toEqual([]);
});

/** True for what can become a value by more characters, items, entries and properties. */
function begins(part: unknown, whole: unknown): boolean {
  if (typeof part === "string" && typeof whole === "string") return whole.startsWith(part);
  if (Array.isArray(part) && Array.isArray(whole))
    return part.length <= whole.length && part.every((item, at) => begins(item, whole[at]));
  if (part instanceof Map && whole instanceof Map)
    return begins([...part].flat(), [...whole].flat().slice(0, part.size * 2));
  if (part instanceof Set && whole instanceof Set) return begins([...part], [...whole]);
  if (isObject(part) && isObject(whole))
    return Object.entries(part).every(
      ([key, inner]) => inner === undefined || begins(inner, whole[key]),
    );
  return JSON.stringify([part], written) === JSON.stringify([whole], written);
}

function written(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
