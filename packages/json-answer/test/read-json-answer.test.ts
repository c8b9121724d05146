import { describe, expect, test } from "vitest";
import { readJsonAnswer } from "../src/index.ts";

const asIs: readonly (readonly [what: string, text: string, value: unknown])[] = [
  ["an object", '{"a":1}', { a: 1 }],
  ["a list among spaces", " [1, 2]\n", [1, 2]],
  ["text in quotes", '"yes"', "yes"],
  ["text that holds a fence", '{"text":"```json\\n{}\\n```"}', { text: "```json\n{}\n```" }],
];

const repaired: readonly (readonly [what: string, text: string, value: unknown])[] = [
  ["a fence", '```json\n{"a":1}\n```', { a: 1 }],
  ["prose around it", 'Here you go: {"a": {"b": [1]}} Anything else?', { a: { b: [1] } }],
  ["a fence in prose", 'Sure!\n```\n{"a":1}\n```\nHope it helps.', { a: 1 }],
  ["a trailing comma", '{"a": [1, 2,],}', { a: [1, 2] }],
  ["single quotes and bare keys", "{a: 'x'}", { a: "x" }],
  ["a comment", '{"a": 1 // one\n}', { a: 1 }],
  ["Python's constants", '{"a": None, "b": True}', { a: null, b: true }],
  ["brackets in strings", 'Result: {"a": "}{", }', { a: "}{" }],
  ["the number of a source before it", 'As [1] says: {"a":1,}', { a: 1 }],
  ["a link before it", "See [the docs of it](http://x): {'a': 1}", { a: 1 }],
  ["a bracket in single quotes", "{'a': 'x} y', 'b': 2}", { a: "x} y", b: 2 }],
  ["its repetition", '{"a":1,"b":2}\n```json\n{ "b": 2, "a": 1, }\n```', { a: 1, b: 2 }],
  ["reasoning before it", '<think>Maybe {"a":1,"b":"longer"}? No.</think>{"a":2}', { a: 2 }],
  ["reasoning in other tags", '<Thinking>\n{"a":1}\n</Thinking>\n\n{"a":2}', { a: 2 }],
  ["reasoning after it", '{"a":2}\n<reasoning kind="short">not {"a":1}</reasoning>', { a: 2 }],
  ...[
    ["[THINK]", "[/THINK]"],
    ["<thought>", "</thought>"],
    ["<thoughts>", "</thoughts>"],
    ["<reflection>", "</reflection>"],
    ["<scratchpad>", "</scratchpad>"],
    ["<analysis>", "</analysis>"],
    ["<inner_thoughts>", "</inner_thoughts>"],
    ["<seed:think>", "</seed:think>"],
    ["◁think▷", "◁/think▷"],
    ["<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"],
  ].map(
    ([open, close]) => [`reasoning in ${open}`, `${open}{"a":1}${close}{"a":2}`, { a: 2 }] as const,
  ),
  ["reasoning that holds a fence", '<think>\n```json\n{"a":1}\n```\n</think>{"a":2}', { a: 2 }],
  ["several blocks of reasoning", '<think>{"a":1}</think><think>{"a":3}</think>{"a":2}', { a: 2 }],
  ["reasoning within reasoning", '<think>x <think>y</think>{"a":1}</think>{"a":2}', { a: 2 }],
  ["reasoning without its opening tag", 'Maybe {"a":1}? No.\n</think>\n{"a":2}', { a: 2 }],
  ["reasoning that breaks off within JSON", 'First {"a":{"b": no.</think>{"a":2}', { a: 2 }],
  ["reasoning that breaks off within a text", '<think>{"a":"b</think>```\n{"a":2}\n```', { a: 2 }],
  ["a tag of reasoning in its text", 'Sure: {"a":"<think>x</think>"}', { a: "<think>x</think>" }],
  ["brackets in other quotes", "{“a”: “x } y”, `b`: `}`}", { a: "x } y", b: "}" }],
  ["quotes within a text", '{"a": "say "hi" now"}', { a: 'say "hi" now' }],
  ["missing commas", '{"a": 1 "b": [1 2]}', { a: 1, b: [1, 2] }],
  ["a line break in a text", '{"a": "x\ny"}', { a: "x\ny" }],
  ["a bracket that is spoken of", 'I left the "{" out: {"a":1}', { a: 1 }],
  ["a bracket of prose before it", 'As in [1 the set is: {"a":[1]}', { a: [1] }],
  ["a bracket of prose after it", '{"a":1} Hope it helps :-[', { a: 1 }],
  ["a placeholder before it", 'For {name}: {"a":1}', { a: 1 }],
];

const refused: readonly (readonly [what: string, text: string])[] = [
  ["nothing", ""],
  ["prose", "I cannot do that."],
  ["a bare word", "no"],
  ["prose in a fence", "```\nno idea\n```"],
  ["an object that breaks off", '{"a": [1, 2'],
  ["a list that breaks off after a complete item", '{"items":[{"a":1},{"a":'],
  ["a name in braces", "Dear {name}"],
  ["reasoning that is not closed", '<think>Maybe {"a":1}'],
  ...["[THINK]", "<thought>", "<inner_thoughts>", "◁think▷", "<|channel|>analysis"].map(
    (open) => [`reasoning alone in ${open}`, `Maybe ${open}{"a":1}`] as const,
  ),
  ["reasoning alone", '<think>{"a":1}</think>'],
];

const several: readonly (readonly [what: string, text: string])[] = [
  ["two objects in prose", 'Either {"verdict":"approve"} or {"verdict":"reject"}.'],
  ["a smaller example before it", 'As in {"a":1}: {"a":2,"b":3}'],
  ["a correction after it", '{"a":1}\nWait: {"a":2}'],
  ["two fences", '```json\n{"a":1}\n```\nor\n```json\n{"a":2}\n```'],
  ["a fence beside a bare object", '{"a":1,"b":2}\n```json\n{"a":1}\n```'],
  ["an object on each line", '{"a":1}\n{"a":2}\n{"a":3}'],
  ["a list of objects beside an object", '{"a":1} is one of [{"a":1},{"a":2}]'],
  ["two lists", 'Either ["a"] or ["b"]'],
  ["one that is JSON and one that has a fault", '{"a":1} or rather {"a":2,}'],
  ["one that is JSON and one that no one can read", '{"a":1} or rather {"a": [...]}'],
  ["the same one, and another", '{"a":1} {"a":1} {"a":2}'],
];

describe("an answer", () => {
  test.each(asIs)("is read as it is: %s", (_what, text, value) => {
    expect(readJsonAnswer(text)).toEqual({ ok: true, value, repaired: false });
  });

  test.each(repaired)("is read in spite of %s", (_what, text, value) => {
    expect(readJsonAnswer(text)).toEqual({ ok: true, value, repaired: true });
  });

  test.each(refused)("is not seen in %s", (_what, text) => {
    expect(readJsonAnswer(text).ok).toBe(false);
  });

  test.each(several)("is not chosen among %s", (_what, text) => {
    expect(readJsonAnswer(text)).toEqual({
      ok: false,
      message:
        "Expected exactly one JSON object, but the text contains several different ones. Send only the final one.",
    });
  });

  test("is found in linear time in reasoning that opens ever more brackets", () => {
    const reasoning = '{"a": '.repeat(20_000);
    expect(readJsonAnswer(`${reasoning}</think>{"a":1}`)).toMatchObject({ value: { a: 1 } });
  });

  test("is read down to 500 levels, and no deeper: what checks it has a limited stack", () => {
    const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
    expect(readJsonAnswer(nested(500)).ok).toBe(true);
    expect(readJsonAnswer(`It is ${nested(501)}`)).toEqual({
      ok: false,
      message: "Expected JSON of at most 500 levels, got 501.",
    });
  });

  test("is not mended where it is too long for that", () => {
    expect(readJsonAnswer(`{"a":"${"x".repeat(65_536)}",}`)).toEqual({
      ok: false,
      message:
        "Expected JSON, but the text has a syntax error, and JSON of more than 65536 characters is not repaired.",
    });
  });

  test.each([
    [
      "an ellipsis",
      '{"a":["x", "y", ..., "z"]}',
      'an ellipsis ("...") in place of omitted content',
    ],
    ["an ellipsis at the end", "{'a': [1, 2, …]}", "an ellipsis"],
    ["no value", '{"a": , "b": 1}', "a missing value"],
    ["no item", "[1,,2]", "a missing value"],
    ["half a number", '{"a": 1e}', "an incomplete number"],
    ["a number without its fraction", '{"a": 2.}', "an incomplete number"],
    ["a sign alone", '{"a": -}', "an incomplete number"],
    ["undefined", '{"a": undefined}', "an undefined value"],
    ["an apostrophe in single quotes", "{'a': 'it's fine'}", "an unescaped quote"],
    ["an unknown escape", '{"a": "C:\\dir",}', "a backslash escape that JSON does not allow"],
    ["what no one can read", '{"a": 12:30}', "a syntax error: Object key expected"],
  ])("is not made up where there is %s", (_what, text, fault) => {
    expect(readJsonAnswer(text)).toEqual({
      ok: false,
      message: expect.stringContaining(`Expected JSON, but the text has ${fault}`),
    });
  });

  test("that breaks off is told from none", () => {
    expect(['{"a":', "no"].map((text) => readJsonAnswer(text))).toEqual([
      { ok: false, message: "Expected JSON, but the text ends before the JSON is complete." },
      { ok: false, message: "Expected JSON, but the text contains no JSON object or list." },
    ]);
  });
});
