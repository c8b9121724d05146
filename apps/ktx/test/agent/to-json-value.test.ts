import { expect, test } from "vitest";
import { toJsonValue } from "../../src/agent/to-json-value.ts";

test.each([
  [{ name: "Ada", left: undefined }, { name: "Ada" }],
  [new Date("2024-02-29T12:00:00Z"), "2024-02-29T12:00:00.000Z"],
  [12n, "12"],
  [new Set([1n, 2n]), ["1", "2"]],
  [new Map([[{ x: 1 }, new Set(["a"])]]), [{ key: { x: 1 }, value: ["a"] }]],
  [undefined, null],
])("%o is %o as JSON", (value, json) => {
  expect(toJsonValue(value)).toEqual(json);
});
