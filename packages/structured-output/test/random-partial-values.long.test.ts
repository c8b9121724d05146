import * as fc from "fast-check";
import { expect, test } from "vitest";
import { longRuns } from "../../../test/long-form.ts";
import { arbitraryInput } from "./arbitrary-input.ts";
import { arbitrarySchema } from "./arbitrary-schema.ts";
import { compiledUnlessTooLarge } from "./compiled-unless-too-large.ts";
import { valuesOf } from "./values-of.ts";

test("each value of any answer of any schema is the beginning of the last one", () => {
  fc.assert(
    fc.property(arbitrarySchema, fc.integer(), (schema, seed) => {
      const compiled = compiledUnlessTooLarge(schema);
      fc.pre(compiled !== undefined);
      for (const value of fc.sample(arbitraryInput(schema), { numRuns: 3, seed })) {
        const text = JSON.stringify(compiled.encode(value));
        const values = valuesOf(schema, text);
        for (const part of values) expect(part).toSatisfy((before) => begins(before, value));
      }
    }),
    longRuns(100),
  );
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
