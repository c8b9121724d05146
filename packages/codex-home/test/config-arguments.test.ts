import * as fc from "fast-check";
import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import { configArguments } from "../src/config-arguments.ts";

const key = fc.stringMatching(/^[\w-]{1,8}$/).filter((name) => name !== "__proto__");
const { table } = fc.letrec<{ value: unknown; table: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: "grapheme" }),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, min: -1e6, max: 1e6 }).filter((number) => !Object.is(number, -0)),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("table"),
  ),
  table: fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
}));

const settings = (config: Readonly<Record<string, unknown>>): readonly string[] =>
  configArguments(config).filter((_, at) => at % 2 === 1);

test("any configuration is TOML that says the same", () => {
  fc.assert(
    fc.property(table, (config) => {
      expect(parse(settings(config).join("\n"))).toEqual(config);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["a nested setting has a dotted key", { a: { b: { c: true } } }, ["a.b.c=true"]],
  ["what is undefined is left out", { a: undefined, b: { c: undefined, d: 1 } }, ["b.d=1"]],
  ["a table of nothing is said to be one", { a: {} }, ["a={}"]],
  [
    "Codex splits keys at their dots, so that others than bare ones stand in the value",
    { mcp_servers: { "my.server": { url: "http://127.0.0.1" } } },
    ['mcp_servers={"my.server" = {url = "http://127.0.0.1"}}'],
  ],
  ["a text keeps its odd characters", { a: '"\n\u007f\\' }, [String.raw`a="\"\n\u007F\\"`]],
])("%s", (_, config, expected) => {
  expect(settings(config)).toEqual(expected);
  expect(configArguments(config)).toEqual(expected.flatMap((setting) => ["-c", setting]));
});

describe("what TOML can not say is refused by its name", () => {
  test.each([
    ["a.b", "null", { a: { b: null } }],
    ["a[1]", "NaN", { a: [1, Number.NaN] }],
    ["a", "1", { a: 1n }],
  ])("%s", (at, got, config) => {
    expect(() => configArguments(config)).toThrow(
      `Expected the Codex setting \`${at}\` to be a text, a finite number, true, false, a list or an object, got ${got}.`,
    );
  });
});
