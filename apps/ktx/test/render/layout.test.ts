import { expect, test } from "vitest";
import { plain, truncate, wrapText } from "../../src/render/layout.ts";

test.each([
  ["a b c", 3, "a b\nc"],
  ["unbreakable", 4, "unbreakable"],
  ["one\n\ntwo", 10, "one\n\ntwo"],
  ["- a list item", 8, "- a list\n  item"],
  ["  indented twice", 11, "  indented\n  twice"],
  ["12. a list item", 10, "12. a list\n    item"],
])("%j wrapped at %i is %j", (text, width, expected) => {
  expect(wrapText(text, width)).toBe(expected);
});

test("wrapped lines begin with the indentation, which counts", () => {
  expect(wrapText("a b c", 5, "  ")).toBe("  a b\n  c");
});

test("truncation counts columns and never halves a character", () => {
  expect([truncate("👍👍👍", 6), truncate("👍👍👍", 3)]).toEqual(["👍👍👍", "👍…"]);
});

test("plain text keeps its lines and loses what controls a terminal", () => {
  expect(plain("a\n\tb\u001b[2J\u0007\r")).toBe("a\n\tb");
});
