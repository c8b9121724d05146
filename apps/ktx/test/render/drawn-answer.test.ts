import * as fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { answers } from "../answers.ts";
import { findBrokenWords } from "../captures/check-lines.ts";
import { cut, draw, type Happening } from "../draw-answer.ts";

const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 10 });

/** The pieces, with the widths evenly between them. */
function withWidths(pieces: readonly Happening[], widths: readonly number[]): readonly Happening[] {
  const every = Math.ceil(pieces.length / (widths.length + 1));
  return [
    ...widths.flatMap((columns, index) => [
      ...pieces.slice(index * every, (index + 1) * every),
      { columns },
    ]),
    ...pieces.slice(widths.length * every),
  ];
}

const letters = (text: string): string => text.replaceAll(/[\s│─┼]/g, "");
const wordsOf = (lines: readonly (readonly string[])[]): readonly string[] =>
  lines.flatMap((rows) => rows.join("").split(/[\s│─┼]+/)).filter(Boolean);

test("an answer in pieces looks as one that comes at once, wherever it is cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      answers,
      cuts,
      fc.integer({ min: 24, max: 60 }),
      async (text, lengths, columns) => {
        // Higher than any of these answers: nothing scrolls away before it is complete.
        const kind = { columns, rows: 400 };
        expect(await draw(cut(text, lengths), kind)).toEqual(await draw([{ text }], kind));
      },
    ),
    { numRuns: 10 },
  );
});

test("an answer with all that Markdown has looks the same for every place at which it is cut in two", async () => {
  const text =
    "# Net\n\nA **bold** \u001b[31mword\u001b[0m 👩‍👩‍👧 \u001b]0;t\u0007שלום\n\n| a | b |\n|--|--|\n| one | two |\n\n```js\nlet a;\n```\n\n- x\n  - y [z](http://z)\n";
  const kind = { columns: 40, rows: 60 };
  const whole = await draw([{ text }], kind);
  for (let at = 1; at < text.length; at += 1)
    expect(await draw([{ text: text.slice(0, at) }, { text: text.slice(at) }], kind)).toEqual(
      whole,
    );
});

const widths = fc.array(fc.integer({ min: 24, max: 70 }), { minLength: 1, maxLength: 3 });
const paragraphs = fc
  .array(
    fc
      .array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 60 })
      .map((words) => words.join(" ")),
    { minLength: 1, maxLength: 5 },
  )
  .map((texts) => texts.join("\n\n"));

test.each([true, false])(
  "no word is broken, lost or doubled on the screen when its width changes meanwhile (lines move: %s)",
  async (reflows) => {
    await fc.assert(
      fc.asyncProperty(paragraphs, cuts, widths, async (text, lengths, all) => {
        // This emulator shows erased text again when it gets narrower and then wider, where it keeps its rows.
        const changes = reflows ? all : all.slice(0, 1);
        const happenings = withWidths(cut(text, lengths), changes);
        const lines = await draw(happenings, { columns: 40, rows: 200, reflows });
        expect(wordsOf(lines)).toEqual(text.split(/\s+/));
        const last = changes.at(-1) ?? 0;
        expect(findBrokenWords(lines, last)).toEqual([]);
        // All stands as if the terminal had always had this width.
        expect(lines).toEqual(await draw([{ text }], { columns: last, rows: 200 }));
      }),
      { numRuns: 12 },
    );
  },
);

test("what others have written before stays, and nothing of the answer is lost or doubled, wherever the answer begins", async () => {
  const before = fc.integer({ min: 0, max: 30 });
  await fc.assert(
    fc.asyncProperty(paragraphs, cuts, widths, before, async (text, lengths, changes, count) => {
      const earlier = Array.from({ length: count }, (_, index) => `earlier-${index}`);
      const kind = { columns: 40, rows: 14, before: earlier };
      const lines = await draw(withWidths(cut(text, lengths), changes), kind);
      expect(wordsOf(lines)).toEqual([...earlier, ...text.split(/\s+/)]);
    }),
    { numRuns: 12 },
  );
});

test("lines of the program between those of the answer break no word of it and double none", async () => {
  await fc.assert(
    fc.asyncProperty(paragraphs, cuts, widths, async (text, lengths, changes) => {
      const happenings = withWidths(cut(text, lengths), changes).flatMap((one, index) =>
        index % 7 === 3 ? [one, { note: "WARNING" }] : [one],
      );
      const lines = await draw(happenings, { columns: 40, rows: 14 });
      const shown = wordsOf(lines).filter((word) => word !== "WARNING");
      expect(shown).toEqual(text.split(/\s+/));
    }),
    { numRuns: 12 },
  );
});

test("a terminal that is narrower than any line can be has each word once, too", async () => {
  const text = Array.from({ length: 60 }, (_, index) => `word${index}`).join(" ");
  for (const columns of [6, 12, 19]) {
    const happenings = withWidths(cut(text, [5]), [columns, 40, columns]);
    expect(wordsOf(await draw(happenings, { columns: 30, rows: 200 }))).toEqual(text.split(" "));
  }
});

test("any answer stands as if the terminal had always had its last width", async () => {
  await fc.assert(
    fc.asyncProperty(answers, cuts, widths, async (text, lengths, changes) => {
      const columns = changes.at(-1) ?? 0;
      const lines = await draw(withWidths(cut(text, lengths), changes), { columns: 40, rows: 400 });
      expect(lines).toEqual(await draw([{ text }], { columns, rows: 400 }));
    }),
    { numRuns: 12 },
  );
});

test("nothing is lost or doubled of an answer that scrolls away while the width changes", async () => {
  await fc.assert(
    fc.asyncProperty(paragraphs, cuts, widths, async (text, lengths, changes) => {
      const happenings = withWidths(cut(text, lengths), changes);
      const lines = await draw(happenings, { columns: 40, rows: 8 });
      expect(wordsOf(lines)).toEqual(text.split(/\s+/));
    }),
    { numRuns: 12 },
  );
});

test("one empty row stands between two paragraphs, also behind lines that have scrolled away", async () => {
  await fc.assert(
    fc.asyncProperty(paragraphs, cuts, widths, async (text, lengths, changes) => {
      const happenings = withWidths(cut(text, lengths), changes);
      const lines = await draw(happenings, { columns: 40, rows: 9 });
      const shown = lines.map((rows) => rows.join("").trimEnd()).join("\n");
      const words = shown.split("\n\n").map((paragraph) => paragraph.split(/\s+/));
      expect(words).toEqual(text.split("\n\n").map((paragraph) => paragraph.split(" ")));
    }),
    { numRuns: 20 },
  );
});

const table = [
  "| month | what was said of it | net |",
  "|--|--|--:|",
  ...Array.from(
    { length: 30 },
    (_, row) => `| m${row} | ${`word${row} `.repeat(1 + (row % 9))}| ${row * 1_111} |`,
  ),
].join("\n");
const cells = table.split("\n").flatMap((line, index) => {
  const words = line.split(/[|\s]+/).filter(Boolean);
  return index === 1 ? [] : words;
});

test.each([
  ["a table on the screen", 100, [60], 100],
  ["a table that scrolls away", 100, [60], 12],
  ["a table that scrolls away and becomes a list", 100, [24], 12],
  ["a list that scrolls away and becomes a table", 24, [100], 12],
  ["a table with many widths", 80, [50, 24, 90, 30, 61], 20],
])("each word of %s is there once", async (_, columns, changes, rows) => {
  const lines = await draw(withWidths(cut(table, [19]), changes), { columns, rows });
  const names = ["month:", "what", "was", "said", "of", "it:", "net:"];
  const shown = wordsOf(lines).filter(
    (word) => !names.includes(word) && !cells.slice(0, 7).includes(word),
  );
  expect(shown.toSorted()).toEqual(cells.slice(7).toSorted());
});

test("an address stays whole when the width changes while it is written", async () => {
  const url = "https://example.com/a/long/path?of=many&parts=that&never=end";
  const text = `See ${url} for it.`;
  for (let at = 1; at < text.length; at += 1) {
    const parts = [{ text: text.slice(0, at) }, { columns: 62 }, { text: text.slice(at) }];
    const lines = await draw(parts, { columns: 30, rows: 20 });
    expect(lines).toEqual([["See"], [url], ["for it."]]);
  }
});

test("long code that scrolls away while it is written stands there once", async () => {
  const code = Array.from(
    { length: 150 },
    (_, line) => `const line${line} = "${"x".repeat(line % 90)}";`,
  );
  const text = ["```js", ...code, "```", "", "So it is."].join("\n");
  const lines = await draw(withWidths(cut(text, [40]), [50, 70]), { columns: 60, rows: 10 });
  expect(lines.map((rows) => rows.join("").trimEnd())).toEqual([
    ...code.map((line) => `  ${line}`),
    "",
    "So it is.",
  ]);
});

test("a line of the program stands behind the last word that is complete", async () => {
  const happenings = [{ text: "It says wo" }, { note: "warning: slow" }, { text: "rds here." }];
  expect((await draw(happenings, { columns: 40, rows: 10 })).flat()).toEqual([
    "warning: slow",
    "It says words here.",
  ]);
});

test("no row is wider than the terminal", async () => {
  await fc.assert(
    fc.asyncProperty(paragraphs, widths, async (text, changes) => {
      const lines = await draw(withWidths(cut(text, [3]), changes), { columns: 40, rows: 50 });
      const widest = Math.max(40, ...changes);
      expect(lines.flat().filter((row) => stringWidth(row) > widest)).toEqual([]);
      expect(letters(lines.flat().join(""))).toBe(letters(text));
    }),
    { numRuns: 10 },
  );
});
