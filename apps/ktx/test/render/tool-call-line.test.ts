import { expect, test } from "vitest";
import { captureIo } from "../capture-io.ts";
import { createStyle } from "../../src/render/style.ts";
import { describeInput, renderToolCall } from "../../src/render/tool-call-line.ts";

const style = createStyle(captureIo().stderr, {});
const options = { number: 2, nameWidth: 6, width: 50, style };

test("a call is one line as wide as the terminal, however long its input", () => {
  const call = { tool: "read", input: { page: "x".repeat(100) }, durationMs: 12.4 };
  expect(renderToolCall(call, options)).toBe(
    `  2  read    "xxxxxxxxxxxxxxxxxxxxxxxxxxx…   12 ms\n`,
  );
});

test.each([
  [24, "  2  read        4002 ms"],
  [20, "  2  read    4002 ms"],
  [14, "  2 …  4002 ms"],
])("a call in %d columns has no wider line", (width, line) => {
  const call = { tool: "read", input: { page: "x" }, durationMs: 4_002 };
  expect(renderToolCall(call, { ...options, width })).toBe(`${line}\n`);
});

test("a call that was declined is no success", () => {
  const call = { tool: "read", input: { page: "x" }, durationMs: 0, isDenied: true };
  expect(renderToolCall(call, options)).toBe(
    `  2  read    "x"                          declined\n`,
  );
});

test("a failed call says why on the lines below", () => {
  const call = {
    tool: "read",
    input: {},
    durationMs: 0,
    error: "There is no such page, nor was there ever.",
  };
  expect(renderToolCall(call, options)).toBe(
    "  2  read                                     0 ms\n" +
      "     failed: There is no such page, nor was there\n     ever.\n",
  );
});

test.each([
  [{ page: "a.md" }, '"a.md"'],
  [{ password: "HUNTER2" }, '"[redacted]"'],
  [{ page: "a.md", lines: [1, 2] }, 'page: "a.md", lines: [1,2]'],
  [{}, ""],
  ["text", '"text"'],
  [{ text: "a\nb\u001b[31m" }, '"a\\nb\\u001b[31m"'],
  [{ amount: 1n }, "…"],
])("the input %o is shown as %s", (input, expected) => {
  expect(describeInput(input)).toBe(expected);
});
