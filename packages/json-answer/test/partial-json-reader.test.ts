import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type JsonSoFar, type OpenJson, PartialJsonReader } from "../src/index.ts";
import { cut } from "./cut.ts";

function read(...pieces: readonly string[]): JsonSoFar | undefined {
  const reader = new PartialJsonReader();
  for (const piece of pieces) reader.push(piece);
  return reader.json;
}

/** What is there of JSON, with what is open at its end. */
function shown(json: OpenJson): unknown {
  switch (json.kind) {
    case "object":
      return json.last
        ? { ...json.members, [json.last.key]: shown(json.last.json) }
        : { ...json.members };
    case "list":
      return json.last ? [...json.items, shown(json.last)] : [...json.items];
    default:
      return json.text;
  }
}

function shownOf(text: string): unknown {
  const json = read(text);
  return json && (json.isComplete ? json.value : shown(json.open));
}

describe("the JSON of an answer that is being written", () => {
  test.each<[string, unknown]>([
    ["{", undefined],
    ['{"', {}],
    ['{"na', {}],
    ['{"name":', {}],
    ['{"name":"', { name: "" }],
    ['{"name":"A\\', { name: "A" }],
    ['{"name":"A\\u00e', { name: "A" }],
    ['{"name":"A\\u00e9\\n', { name: "Aé\n" }],
    ['{"name":"\\ud83d', { name: "" }],
    ['{"name":"\\ud83d\\ude00', { name: "😀" }],
    ['{"name":"A"', { name: "A" }],
    ['{"n":-1', { n: "-1" }],
    ['{"n":-1,', { n: -1 }],
    ['{"n":[1,2', { n: [1, "2"] }],
    ['{"n":[1,2]', { n: [1, 2] }],
    ['{"n":[{"a":nul', { n: [{ a: "nul" }] }],
    ['{"n":[{"a":null},', { n: [{ a: null }] }],
    ['{"n":[1,],}', { n: [1] }],
    ['{"a":1,"a":"x', { a: "x" }],
    ['{"a":1} and more {"a":2}', { a: 1 }],
    ["[ ", undefined],
    ["[ [", [[]]],
  ])("is read from %s", (text, value) => {
    expect(shownOf(text)).toEqual(value);
  });

  test("has a property of any name", () => {
    const json = read('{"__proto__":{"a":1},"constructor":2}');
    expect(json).toEqual({
      isComplete: true,
      value: JSON.parse('{"__proto__":{"a":1},"constructor":2}'),
    });
  });

  test.each([
    ["prose", 'Here is {it}: {"a":"x'],
    ["a fence", '```json\n{"a":"x'],
    ["reasoning", '<think>\nPerhaps {"b":1}?\n</think>\n{"a":"x'],
    ["reasoning within brackets", '[THINK]{"b":1}[/THINK]{"a":"x'],
    ["channels", '<|channel|>analysis<|message|>{"b":1}<|end|><|channel|>final<|message|>{"a":"x'],
    ["a source", 'As "[" and [docs](http://x) say: {"a":"x'],
  ])("is read behind %s, however that is cut", (_, text) => {
    for (const length of [1, 2, 3, 7, text.length]) {
      const json = read(...cut(text, [length]));
      expect(json && !json.isComplete && shown(json.open)).toEqual({ a: "x" });
    }
  });

  test.each(["", "   ", "No JSON here.", "<think>", '<think>{"a":1}', "{'a", "{a: 1", "yes"])(
    "is not there in %j",
    (text) => {
      expect(read(text)).toBeUndefined();
    },
  );

  test.each([
    '{"a":True,',
    '{"a":1 "b"',
    '{"a":"\\q',
    '{"a":.',
    '{"a"}',
    '{"a":{[',
    '{"a":[1}',
    '{"a":1]',
    '{"a":{,',
  ])("ends at the fault of %s", (text) => {
    expect(read(`${text} {"b":2}`)).toBeUndefined();
  });

  test("ends where it is nested deeper than an answer may be", () => {
    expect(read("[".repeat(500))).toBeDefined();
    expect(read("[".repeat(501))).toBeUndefined();
  });

  test("is the same however it is cut, and in the end as JSON.parse reads it", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
    const value = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()));
    fc.assert(
      fc.property(value, lengths, fc.constantFrom(0, 2), (json, pieces, indent) => {
        const text = JSON.stringify(json, undefined, indent);
        const whole = new PartialJsonReader();
        const whenCut = new PartialJsonReader();
        let length = 0;
        for (const piece of cut(text, pieces)) {
          whenCut.push(piece);
          length += piece.length;
          expect(whenCut.json).toEqual(read(text.slice(0, length)));
        }
        whole.push(text);
        expect(whole.json).toEqual({ isComplete: true, value: JSON.parse(text) });
        expect(whenCut.json).toEqual(whole.json);
      }),
    );
  });
});
