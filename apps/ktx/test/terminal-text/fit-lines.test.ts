import { styleText } from "node:util";
import * as fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { fitLines } from "../../src/terminal/fit-lines.ts";

test("a line that fits stays as it is", () => {
  expect(fitLines("ok    Project   here\n\n  two", 20)).toBe("ok    Project   here\n\n  two");
});

test("the rest of a line stands below its last column", () => {
  expect(fitLines("ok    Backend  codex, as it was written in the file", 40)).toBe(
    "ok    Backend  codex, as it was written\n               in the file",
  );
});

test("a column without room goes below the words before it", () => {
  expect(fitLines("  --on-tool-failure <policy>  when a failed call fails the run", 40)).toBe(
    "  --on-tool-failure <policy>\n      when a failed call fails the run",
  );
});

test("the item of a list hangs behind its mark", () => {
  expect(fitLines("- one two three four five six", 20)).toBe("- one two three four\n  five six");
});

test("a word that is wider than the line stays whole, on a line of its own", () => {
  const path = `/srv/${"long/".repeat(8)}file`;
  expect(fitLines(`see ${path} for it`, 30)).toBe(`see\n${path}\nfor it`);
});

test("a word that has room below its mark alone goes there", () => {
  const word = "w".repeat(16);
  expect(fitLines(` *   ${word}`, 20)).toBe(` *\n    ${word}`);
  expect(fitLines(`- ${word}${word}`, 20)).toBe(`- ${word}${word}`);
});

test("no word is lost, broken or moved, and a line is wider only for one word", () => {
  const emphasised = fc
    .string({ minLength: 1, maxLength: 12 })
    .map((word) => styleText("bold", word));
  const word = fc.oneof(fc.stringMatching(/^[a-zé漢🙂]{1,30}$/u), emphasised);
  const line = fc.array(fc.tuple(fc.constantFrom(" ", "   "), word), { maxLength: 20 });
  fc.assert(
    fc.property(line, fc.integer({ min: 20, max: 60 }), (parts, width) => {
      const text = parts.flat().join("");
      const fitted = fitLines(text, width);
      expect(fitted.split(/\s+/).filter(Boolean)).toEqual(text.split(/\s+/).filter(Boolean));
      const wide = fitted.split("\n").filter((one) => stringWidth(one) > width);
      const words = wide.map((one) => one.trim().replace(/^[-+*•]\s+/, ""));
      expect(words.filter((one) => /\s/.test(one))).toEqual([]);
    }),
  );
});

test("an indentation that leaves no room becomes smaller", () => {
  expect(fitLines(`${" ".repeat(21)}above it, or below`, 20)).toBe(
    "          above it,\n          or below",
  );
});
