import { afterAll, describe, expect, test } from "vitest";
import { parseConfig } from "../src/index.ts";
import { startWorkCounter } from "./count-work.ts";

/** A line for each number below `count`. */
function repeat(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("");
}

const counter = await startWorkCounter();
afterAll(() => counter[Symbol.asyncDispose]());

describe("the work of reading a file grows with the file and not with its square", () => {
  test.each<[string, (count: number) => string]>([
    ["wrong keys", (count) => repeat(count, (index) => `wrong_${index}: 1\n`)],
    ["wrong keys inside `llm`", (count) => `llm:\n${repeat(count, (index) => `  w${index}: 1\n`)}`],
    [
      "wrong keys near to known ones",
      (count) => `llm:\n  models:\n${repeat(count, (index) => `    defalt${index}: 1\n`)}`,
    ],
    [
      "wrong keys in flow style",
      (count) => `llm: {${repeat(count, (index) => `w${index}: 1, `)}}\n`,
    ],
    [
      "wrong keys behind an alias",
      (count) => `a: &a\n${repeat(count, (index) => `  w${index}: 1\n`)}llm: *a\n`,
    ],
    ["one key again and again", (count) => repeat(count, () => "llm: 1\n")],
    ["keys that come twice", (count) => repeat(count, (index) => `k${index >> 1}: 1\n`)],
    ["aliases without an anchor", (count) => repeat(count, (index) => `k${index}: *x${index}\n`)],
    ["aliases of one anchor", (count) => `a: &a 1\n${repeat(count, (index) => `k${index}: *a\n`)}`],
    ["merge keys", (count) => repeat(count, (index) => `k${index}:\n  <<: 1\n`)],
    ["unknown tags", (count) => repeat(count, (index) => `k${index}: !t${index} 1\n`)],
    ["lines that begin with a tab", (count) => `llm:\n${repeat(count, () => "\tx: 1\n")}`],
    ["quotes that do not close", (count) => repeat(count, (index) => `k${index}: "\n`)],
    ["entries of a list", (count) => `llm:\n${repeat(count, (index) => `  - w${index}: 1\n`)}`],
    ["levels of nesting", (count) => `llm: ${"{a: ".repeat(count)}1${"}".repeat(count)}\n`],
    ["letters of a key", (count) => `llm:\n  ${"k".repeat(count)}: 1\n`],
  ])("%s", async (_, write) => {
    // What is done once, whatever the file holds.
    parseConfig(write(10));
    const [small, large] = [write(200), write(800)];
    const few = await counter.count(() => void parseConfig(small));
    const many = await counter.count(() => void parseConfig(large));
    // Four times as much text: with a square it would be sixteen times the work.
    expect(many / few).toBeLessThan(4.5);
  });
});

test("8,000 wrong keys are 8,000 warnings, each with its place", () => {
  const { config, problems } = parseConfig(repeat(8000, (index) => `wrong_${index}: 1\n`));
  expect(config).toEqual({ llm: { backend: "none" } });
  expect(problems).toHaveLength(8000);
  expect(problems.at(-1)).toMatchObject({ code: "unknown-key", path: ["wrong_7999"], line: 8000 });
});

test("more than a thousand aliases are one error", () => {
  const { config, problems } = parseConfig(
    repeat(1001, (index) => `a${index}: &a${index} 1\nk${index}: *a${index}\n`),
  );
  expect(config).toBeUndefined();
  expect(problems).toMatchObject([{ code: "yaml-feature", severity: "error", line: 1 }]);
});
