import { expect, test } from "vitest";
import { omitPaths } from "../src/omit-paths.ts";

test.each<[string, readonly (readonly string[])[], unknown]>([
  ["nothing", [], { a: { b: 1, c: 2 }, d: 3 }],
  ["a key", [["d"]], { a: { b: 1, c: 2 } }],
  ["a key below a key", [["a", "b"]], { a: { c: 2 }, d: 3 }],
  [
    "keys of one mapping",
    [
      ["a", "b"],
      ["a", "c"],
    ],
    { a: {}, d: 3 },
  ],
  ["a key and what is below it", [["a"], ["a", "b"]], { d: 3 }],
  ["what is below a key and the key", [["a", "b"], ["a"]], { d: 3 }],
  ["a key that is not there", [["x"], ["a", "x"], ["d", "x"]], { a: { b: 1, c: 2 }, d: 3 }],
])("leaves out %s", (_, paths, expected) => {
  const value = { a: { b: 1, c: 2 }, d: 3 };
  expect(omitPaths(value, paths)).toEqual(expected);
  expect(value).toEqual({ a: { b: 1, c: 2 }, d: 3 });
});

test("reads each key once, however many are left out", () => {
  let reads = 0;
  const names = Array.from({ length: 1000 }, (_, index) => `k${index}`);
  const value = new Proxy(Object.fromEntries(names.map((name) => [name, 1])), {
    get(target, name, receiver): unknown {
      reads += 1;
      return Reflect.get(target, name, receiver);
    },
  });
  expect(
    omitPaths(
      value,
      names.slice(1).map((name) => [name]),
    ),
  ).toEqual({ k0: 1 });
  expect(reads).toBe(1000);
});
