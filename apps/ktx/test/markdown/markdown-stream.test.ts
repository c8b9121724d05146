import { stripVTControlCharacters } from "node:util";
import * as fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { blockLines } from "../../src/markdown/block-lines.ts";
import { highlightCode } from "../../src/markdown/highlight-code.ts";
import { createMarkdownStyle } from "../../src/markdown/markdown-style.ts";
import { MarkdownStream } from "../../src/markdown/markdown-stream.ts";
import { textOf } from "../../src/terminal/draft-line.ts";
import { neutralise } from "../../src/terminal/neutralise.ts";
import { answers } from "../answers.ts";

const plainStyle = createMarkdownStyle(false);
const colours = createMarkdownStyle(true);

function linesOf(text: string, width = 40, style = colours): readonly string[] {
  const look = { width, style, highlight: highlightCode };
  const stream = new MarkdownStream(style);
  return [...stream.take(text), ...stream.finish()]
    .flatMap((block) => block(look))
    .flatMap((line) => textOf(line).split("\n"));
}

const shown = (text: string, width?: number) => linesOf(text, width).map(stripVTControlCharacters);

test.each<[string, string, readonly string[]]>([
  ["a heading", "## Net *revenue*\n", ["Net revenue"]],
  ["a list", "- one\n- two **three**\n  1. four\n", ["- one", "- two three", "  1. four"]],
  ["tasks", "- [x] done\n- [ ] open\n", ["- [x] done", "- [ ] open"]],
  ["a loose list", "1. one\n\n2. two\n", ["1. one", "", "2. two"]],
  ["a quote", "> said\n> so\n", ["│ said so"]],
  [
    "a link, whose address stays visible",
    "[docs](https://a.example)",
    ["docs (https://a.example)"],
  ],
  ["a bare link", "<https://a.example>", ["https://a.example"]],
  ["a rule between blocks", "a\n\n---\n\nb", ["a", "", "─".repeat(40), "", "b"]],
  ["code with its spaces", "```ts\nif (a)  {\n  b();\n}\n```", ["  if (a)  {", "    b();", "  }"]],
  ["a table", "| a | b |\n|--|--:|\n| one | 2 |\n", ["a   │ b", "────┼──", "one │ 2"]],
  ["HTML as it is written", "<b>x</b>", ["<b>x</b>"]],
  ["an escaped mark", "\\*no\\*", ["*no*"]],
])("%s", (_, text, lines) => {
  expect(shown(text)).toEqual(lines);
});

test("a table that does not fit beside itself is a list of its rows", () => {
  const text = `| name | description |\n|--|--|\n| ${"a".repeat(20)} | ${"b".repeat(30)} |\n`;
  expect(shown(text)).toEqual([`name: ${"a".repeat(20)}`, "description:", `  ${"b".repeat(30)}`]);
});

test("known code has colours, unknown code has none", () => {
  expect(linesOf("```js\nconst a = 1;\n```").join("")).toContain("\u001b[35mconst\u001b[39m");
  expect(linesOf("```klingon\nconst a = 1;\n```")).toEqual(["  const a = 1;"]);
});

test("without colours the marks stay, so that nothing that the model meant is lost", () => {
  const text = "# One\n\n**two** `three`\n\n```js\nfour\n```";
  expect(linesOf(text, 40, plainStyle)).toEqual([
    "# One",
    "",
    "**two** `three`",
    "",
    "```js",
    "four",
    "```",
  ]);
});

test("no line of any answer is wider than the terminal, but for one word or code; and no control character is left", () => {
  fc.assert(
    fc.property(answers, fc.integer({ min: 20, max: 80 }), (text, width) => {
      const lines = linesOf(neutralise(text).replaceAll("```", ""), width);
      const tooWide = lines.filter((line) => stringWidth(line) > width);
      expect(
        tooWide.filter((line) =>
          /\S\s+\S.*\s+\S/.test(stripVTControlCharacters(line).replace(/^[\s│\-\d.]+/, "")),
        ),
      ).toEqual([]);
      // oxlint-disable-next-line no-misleading-character-class
      expect(stripVTControlCharacters(lines.join("\n"))).not.toMatch(
        /[\0-\x09\x0B-\x1F\x7F-\x9F\u202A-\u202E\u2066-\u2069]/,
      );
    }),
  );
});

test("a line of code is one line, however wide it is: the terminal gives it whole to who copies it", () => {
  const line = `const first = ${"second + ".repeat(20)}third;`;
  expect(shown(`\`\`\`js\n${line}\n\`\`\``, 20)).toEqual([`  ${line}`]);
});

test("lists below lists keep their words whole in a narrow terminal", () => {
  const depth = 8;
  const marks = ["-", "10."];
  const words = fc.array(fc.stringMatching(/^[a-z]{1,20}$/), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...marks), words), { minLength: 1, maxLength: depth }),
      (items) => {
        let indent = "";
        const text = items
          .map(([mark, all]) => {
            const line = `${indent}${mark} ${all.join(" ")}`;
            indent += " ".repeat(mark.length + 1);
            return line;
          })
          .join("\n");
        const lines = shown(text, 20);
        expect(lines.filter((line) => stringWidth(line) > 20)).toEqual([]);
        expect(
          lines
            .join(" ")
            .split(/[-\s]+|10\./)
            .filter(Boolean),
        ).toEqual(items.flatMap(([, all]) => all));
      },
    ),
  );
});

test.each([
  ["quotes", "> ".repeat(5_000)],
  ["lists", "- ".repeat(5_000)],
  ["numbers", "1. ".repeat(5_000)],
  ["a mix", "> - 1. ".repeat(2_000)],
  ["emphasis", "*_".repeat(5_000)],
  ["links", "[".repeat(5_000)],
])("%s that are nested beyond all measure are shown as text", (_, marks) => {
  const all = shown(`before\n\n${marks}x`).join("");
  expect(all).toMatch(/^before.*x$/);
});

test("blocks without content have no lines", () => {
  expect(blockLines([], { width: 40, style: colours })).toEqual([]);
});
