import { isDeepStrictEqual } from "node:util";

/**
 * Whether two values are the same to a schema: a property that is undefined is like one that is not there, and
 * an object without a prototype like another.
 */
export function isSameValue(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(withoutAbsent(one), withoutAbsent(other));
}

function withoutAbsent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAbsent);
  if (value instanceof Map)
    return new Map([...value].map(([key, inner]) => [withoutAbsent(key), withoutAbsent(inner)]));
  if (value instanceof Set) return new Set([...value].map(withoutAbsent));
  if (!isPlainObject(value)) return value;
  const there = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(there.map(([key, inner]) => [key, withoutAbsent(inner)]));
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
