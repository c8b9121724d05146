import { stripVTControlCharacters } from "node:util";
import headless from "@xterm/headless";
import * as fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { blockLines } from "../../src/markdown/block-lines.ts";
import { highlightCode } from "../../src/markdown/highlight-code.ts";
import { createMarkdownStyle } from "../../src/markdown/markdown-style.ts";
import { MarkdownStream } from "../../src/markdown/markdown-stream.ts";
import { DraftPainter } from "../../src/terminal/draft-painter.ts";
import { neutralise } from "../../src/terminal/neutralise.ts";

const plainStyle = createMarkdownStyle(false);
const colours = createMarkdownStyle(true);

function linesOf(text: string, width = 40, style = colours): readonly string[] {
  const look = { width, style, highlight: highlightCode };
  return new MarkdownStream().take("", look).settled.concat(finish(text, look));
}

function finish(text: string, look: Parameters<MarkdownStream["finish"]>[0]): readonly string[] {
  const stream = new MarkdownStream();
  return [...stream.take(text, look).settled, ...stream.finish(look)];
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

/** The lines on the screen, and above it, after this output. */
async function screenOf(
  pieces: readonly (string | number)[],
  columns: number,
  rows: number,
): Promise<readonly string[]> {
  const terminal = new headless.Terminal({
    cols: columns,
    rows,
    scrollback: 5_000,
    allowProposedApi: true,
  });
  for (const piece of pieces)
    if (typeof piece === "number") terminal.resize(piece, rows);
    else
      await new Promise<void>((resolve) => terminal.write(piece.replaceAll("\n", "\r\n"), resolve));
  const lines: string[] = [];
  for (let row = 0; row < terminal.buffer.active.length; row += 1) {
    const line = terminal.buffer.active.getLine(row);
    const text = line?.translateToString(true) ?? "";
    if (line?.isWrapped === true) lines.push(`${lines.pop() ?? ""}${text}`);
    else lines.push(text);
  }
  return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
}

/** A text as it is drawn piece by piece. A number among the pieces is a new width. */
function drawn(
  pieces: readonly (string | number)[],
  columns: number,
  rows: number,
): readonly (string | number)[] {
  const painter = new DraftPainter();
  const stream = new MarkdownStream();
  let width = columns;
  const look = () => ({ width, style: colours, highlight: highlightCode });
  const draw = (settled: readonly string[], open: readonly string[]): string =>
    painter.paint(settled, open, { columns: width, rows });
  const outputs = pieces.map((piece) => {
    if (typeof piece === "number") {
      width = piece;
      return piece;
    }
    const { settled, open } = stream.take(piece, look());
    return draw(settled, open);
  });
  return [...outputs, draw(stream.finish(look()), [])];
}

const word = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 10 }),
  fc.constantFrom(
    "日本語",
    "漢字かな交じり文",
    "👩‍👩‍👧",
    "e\u0301tude",
    "שלום",
    "مرحبا",
    "**bold**",
    "`code`",
    "*it*",
    "# ",
    "- ",
    "1. ",
    "> ",
    "```js\n",
    "```\n",
    "| a | b |\n|--|--|\n",
    "| c | d |\n",
    "[x](http://a.example/b)",
    "---\n",
    "\n",
    "\n\n",
    "~~no~~",
    "https://example.com/a/long/path?of=many&parts=that&never=end",
    "\u001b[31m",
    "\u001b]52;c;aGk=\u0007",
    "\u009b2J",
    "\u202E",
  ),
);
const answers = fc
  .array(word, { minLength: 1, maxLength: 40 })
  .map((words) => neutralise(words.join(" ")));
const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 10 });

function cut(text: string, lengths: readonly number[]): readonly string[] {
  const points = Array.from(text);
  const pieces: string[] = [];
  for (let at = 0, index = 0; at < points.length; index += 1) {
    const length = lengths[index % lengths.length] ?? 1;
    pieces.push(points.slice(at, at + length).join(""));
    at += length;
  }
  return pieces;
}

test("no line of any answer is wider than the terminal, but for one word; and no control character is left", () => {
  fc.assert(
    fc.property(answers, fc.integer({ min: 20, max: 80 }), (text, width) => {
      const lines = finish(text, { width, style: colours, highlight: highlightCode });
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

test("an answer that is drawn piece by piece looks as one that is drawn at once", async () => {
  await fc.assert(
    fc.asyncProperty(
      answers,
      cuts,
      fc.integer({ min: 24, max: 60 }),
      async (text, lengths, columns) => {
        // Higher than any of these answers: nothing scrolls away before it is complete.
        const rows = 400;
        const pieces = await screenOf(drawn(cut(text, lengths), columns, rows), columns, rows);
        expect(pieces).toEqual(await screenOf(drawn([text], columns, rows), columns, rows));
      },
    ),
    { numRuns: 25 },
  );
});

const letters = (lines: readonly string[]): string => lines.join("").replaceAll(/[\s│─┼]/g, "");

test("nothing is lost of an answer that scrolls away, or whose terminal changes its width meanwhile", async () => {
  const paragraphs = fc.array(
    fc
      .array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 60 })
      .map((words) => words.join(" ")),
    { minLength: 1, maxLength: 5 },
  );
  const widths = fc.array(fc.integer({ min: 20, max: 60 }), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(paragraphs, cuts, widths, async (texts, lengths, changes) => {
      const pieces = cut(texts.join("\n\n"), lengths);
      const every = Math.ceil(pieces.length / (changes.length + 1));
      const changed = pieces.flatMap((piece, index) => {
        const next = index > 0 && index % every === 0 ? changes[index / every - 1] : undefined;
        return next === undefined ? [piece] : [next, piece];
      });
      const lines = await screenOf(drawn(changed, 40, 8), 40, 8);
      expect(letters(lines)).toBe(letters(texts));
    }),
    { numRuns: 25 },
  );
});

test("long code that scrolls away while it is written stands there once", async () => {
  const code = Array.from(
    { length: 150 },
    (_, line) => `const line${line} = "${"x".repeat(line % 30)}";`,
  );
  const pieces = cut(["```js", ...code, "```", "", "So it is."].join("\n"), [40]);
  const lines = await screenOf(drawn(pieces, 60, 10), 60, 10);
  expect(lines).toEqual([...code.map((line) => `  ${line}`), "", "So it is."]);
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
