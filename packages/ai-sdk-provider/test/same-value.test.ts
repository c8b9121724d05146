import { expect, test } from "vitest";
import { mayBeReadAs } from "../src/may-be-read-as.ts";
import { isSameValue } from "../src/same-value.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

test.each([
  ["a key without a value", { a: 1, b: undefined }, { a: 1 }, true],
  ["the order of keys", { a: 1, b: 2 }, { b: 2, a: 1 }, true],
  ["nothing", { a: [1, { b: null }] }, { a: [1, { b: null }] }, true],
  ["nothing in their bytes", [{ data: bytes(1, 2) }], [{ data: bytes(1, 2) }], true],
  ["nothing in their address", new URL("http://a.b/"), new URL("http://a.b/"), true],
  ["a key", { a: 1 }, { a: 1, b: 2 }, false],
  ["the name of a key", { a: 1, c: 3 }, { a: 1, b: 3 }, false],
  ["an element", { a: [1, 2] }, { a: [1] }, false],
  ["their kind", { a: [1] }, { a: { 0: 1 } }, false],
  ["a byte", bytes(1, 2), bytes(1, 3), false],
  ["the kind of their bytes", bytes(1), [1], false],
  ["their address", new URL("http://a.b/"), new URL("http://a.c/"), false],
])("two values that differ in %s: %j, %j: the same %s", (_, one, other, same) => {
  expect([isSameValue(one, other), isSameValue(other, one)]).toEqual([same, same]);
});

const schema = {
  type: "object",
  properties: {
    city: { type: "string" },
    limit: { type: "number", default: 10 },
    at: { type: "object", properties: { day: { type: "string" } } },
    tags: { type: "array", items: { type: "object", properties: { id: { type: "number" } } } },
  },
};

test.each([
  ["the same", { city: "Oslo" }, { city: "Oslo" }, true],
  ["a default", { city: "Oslo" }, { city: "Oslo", limit: 10 }, true],
  ["an unknown key less", { city: "Oslo", extra: 1 }, { city: "Oslo" }, true],
  ["a null less", { city: "Oslo", at: null }, { city: "Oslo" }, true],
  ["a text as a number", { limit: "5" }, { limit: 5 }, true],
  ["a text without spaces", { city: " Oslo " }, { city: "Oslo" }, true],
  [
    "a text as a date",
    { at: { day: "2026-01-01" } },
    { at: { day: new Date(1767225600000) } },
    true,
  ],
  [
    "a date from a page",
    { at: { day: "2026-01-01" } },
    { at: { day: "2026-01-01T00:00:00.000Z" } },
    true,
  ],
  ["another value", { city: "Oslo" }, { city: "Rome" }, false],
  ["another case", { city: "Oslo" }, { city: "oslo" }, false],
  ["a known key less", { city: "Oslo", limit: 5 }, { limit: 5 }, false],
  ["a key more", { city: "Oslo" }, { city: "Oslo", at: {} }, false],
  ["an unknown key more", { city: "Oslo" }, { city: "Oslo", force: true }, false],
  ["another element", { tags: [{ id: 1 }] }, { tags: [{ id: 2 }] }, false],
  ["an element less", { tags: [{ id: 1 }, { id: 2 }] }, { tags: [{ id: 1 }] }, false],
  ["no object", { city: "Oslo" }, "Oslo", false],
])("a schema may read it as %s: %j as %j, %s", (_, written, read, may) => {
  expect(mayBeReadAs(written, read, schema)).toBe(may);
});
