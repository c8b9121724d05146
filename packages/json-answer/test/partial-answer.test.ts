import { expect, test } from "vitest";
import { type JsonSoFar, PartialAnswer } from "../src/index.ts";
import { cut } from "./cut.ts";

/** The items of a list so far, as their number. */
function countItems(json: JsonSoFar): { readonly value: unknown } {
  const items = json.isComplete ? json.value : json.open.kind === "list" ? json.open.items : [];
  return { value: Array.isArray(items) ? items.length : -1 };
}

test("an answer that is being written gives each value once", () => {
  const answer = new PartialAnswer(countItems);
  const values = cut('["a", "b", "c"]', [1]).map((piece) => answer.push(piece)?.value);
  expect(values.filter((value) => value !== undefined)).toEqual([0, 1, 2, 3]);
  expect(values.at(-1)).toBeUndefined();
});

test("what follows the end of an answer gives no further value", () => {
  const answer = new PartialAnswer(countItems);
  expect(answer.push('["a"')?.value).toBe(1);
  expect(answer.push(',"b"] [1, 2, 3]')?.value).toBe(2);
  expect(answer.push("[1,2,3,4]")).toBeUndefined();
});

test("a value that is refused is not given", () => {
  const answer = new PartialAnswer(() => undefined);
  expect(answer.push('["a"]')).toBeUndefined();
});

test("an answer of 1 MB in 10,000 pieces is decoded for at most 64 times its length", () => {
  const text = JSON.stringify(Array.from({ length: 10_000 }, () => "x".repeat(97)));
  const pieces = cut(text, [100]);
  let decoded = 0;
  let given = 0;
  let length = 0;
  const answer = new PartialAnswer((json) => {
    decoded += length;
    return countItems(json);
  });
  for (const piece of pieces) {
    length += piece.length;
    if (answer.push(piece)) given += 1;
  }
  expect(pieces.length).toBeGreaterThanOrEqual(10_000);
  expect(decoded).toBeLessThan(64 * text.length);
  expect(given).toBeGreaterThan(200);
});
