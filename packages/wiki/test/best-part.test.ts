import { expect, test } from "vitest";
import { bestPart } from "../src/best-part.ts";
import { boundRepeats } from "../src/bound-repeats.ts";
import { openProject } from "./open-project.ts";

const mark = (text: string): string => text.replaceAll("[", "\u0002").replaceAll("]", "\u0003");
const filler = (count: number): string => Array.from({ length: count }, () => "word").join(" ");

test.each([
  ["", ""],
  ["All of a short text.", "All of a short text."],
  ["A [refund] lowers\n\n[revenue].", "A **refund** lowers **revenue**."],
  ["[net revenue] and more", "**net revenue** and more"],
  [`${filler(40)} [a] ${filler(40)}`, `…${filler(4)} **a** ${filler(19)}…`],
  [
    `[a] [a] [a] ${filler(40)} [a] and [b] ${filler(40)}`,
    `…${filler(4)} **a** and **b** ${filler(17)}…`,
  ],
  [
    `[a] and [b] ${filler(40)} [refund].md:1 [refunds].md:2 [Refunds].md:3`,
    `**a** and **b** ${filler(21)}…`,
  ],
  [`${filler(30)} [b]`, `…${filler(4)} **b**`],
])("the part of %j has the most of the words that were looked for", (text, part) => {
  expect(bestPart(mark(text))).toBe(part);
});

test("a word as long as a page is cut", () => {
  expect(bestPart(mark(`[${"x".repeat(1_000)}] end`))).toBe(`${"x".repeat(80)}… end`);
});

test("a text for the index keeps all words, and a thousand of each", () => {
  const text = `${"same ".repeat(3_000)}other Same.`;
  const bound = boundRepeats(text);
  expect(bound.match(/same/gi)).toHaveLength(1_000);
  expect(bound).toContain("other");
  expect(boundRepeats("same ".repeat(1_500))).toHaveLength(7_500);
});

test("a page with one word a hundred thousand times is found with a part of it", async () => {
  await using scene = await openProject({ "wiki/a.md": `${"pear [[".repeat(100_000)} apple` });
  const [hit] = await scene.wiki.search("pear apple");
  expect(hit?.snippet).toContain("**pear**");
  expect(hit?.snippet.length).toBeLessThan(2_000);
});
