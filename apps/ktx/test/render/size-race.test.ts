import * as fc from "fast-check";
import { expect, test } from "vitest";
import { cut, draw, type Happening, type Moment } from "../draw-answer.ts";

const words = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `w${from + index}x`).join(" ");

const text = [words(0, 60), words(60, 130), words(130, 200)].join("\n\n");
const earlier = ["earlier-0", "earlier-1", "earlier-2"];

const width = fc.integer({ min: 20, max: 140 });
const lengths = fc.integer({ min: 3, max: 60 });

/** A first width, and another one from a moment on that lies between any two steps of the program. */
const changesAt = (
  ...moments: readonly Moment[]
): fc.Arbitrary<readonly (readonly Happening[])[]> =>
  fc.array(
    fc
      .record({
        first: width,
        columns: width,
        at: fc.constantFrom(...moments),
        number: fc.integer({ min: 1, max: 3 }),
      })
      .map(({ first, ...second }) => [
        { wait: 1_000 },
        { columns: first, waitMs: 0 },
        second,
        { wait: 1_000 },
      ]),
    { minLength: 1, maxLength: 5 },
  );

/** Each change, with pieces of the answer in front of it, and now and then a line of the program. */
function between(changes: readonly (readonly Happening[])[], length: number): readonly Happening[] {
  const pieces = cut(text, [length]);
  const every = Math.floor(pieces.length / (changes.length + 1));
  return [
    ...changes.flatMap((change, index) => [
      ...pieces.slice(index * every, (index + 1) * every),
      ...(index % 3 === 2 ? [{ wait: 1_000 }, { note: "WARNING" }] : []),
      ...change,
    ]),
    ...pieces.slice(changes.length * every),
  ];
}

const wordsOf = (lines: readonly (readonly string[])[]): readonly string[] =>
  lines.flatMap((rows) => rows.join("").split(/\s+/)).filter((word) => word !== "");

test.each([14, 30, 60])(
  "a size that changes while an output is composed loses and doubles nothing, in %d rows",
  async (rows) => {
    await fc.assert(
      fc.asyncProperty(changesAt("composing"), lengths, async (changes, length) => {
        const lines = await draw(between(changes, length), { columns: 80, rows, before: earlier });
        // Where a line is higher than the screen, its last word may go on in the next line.
        const shown = wordsOf(lines).filter((word) => word !== "WARNING");
        expect(shown.join("")).toBe([...earlier, ...text.split(/\s+/)].join(""));
      }),
      { numRuns: 20 },
    );
  },
);

test.each([14, 30, 60])(
  "a size that changes at any moment, also before the terminal shows an output, loses no word of the answer, in %d rows",
  async (rows) => {
    const changes = changesAt("read", "composing", "showing");
    await fc.assert(
      fc.asyncProperty(changes, lengths, async (all, length) => {
        const kind = { columns: 80, rows, showsWithinMs: 100 };
        const shown = wordsOf(await draw(between(all, length), kind)).join("");
        expect(text.split(/\s+/).filter((word) => !shown.includes(word))).toEqual([]);
      }),
      { numRuns: 20 },
    );
  },
);

test("what a terminal that has become wider meanwhile has erased is drawn again, once", async () => {
  const happenings: readonly Happening[] = [
    { text: `${words(0, 40)} ` },
    { note: "WARNING" },
    { text: words(40, 100) },
    { columns: 30, waitMs: 0 },
    { columns: 90, at: "showing", number: 1 },
    { wait: 1_000 },
  ];
  const shown = wordsOf(await draw(happenings, { columns: 80, rows: 40, showsWithinMs: 100 }));
  const at = shown.indexOf("WARNING");
  expect(at).toBeGreaterThan(30);
  expect(shown.toSpliced(at, 1)).toEqual(words(0, 100).split(" "));
});

test("a bottom line that a narrower terminal shows leaves nothing behind", async () => {
  const happenings: readonly Happening[] = [
    { text: "One." },
    { columns: 5, at: "showing", number: 1 },
    { text: "\n\nTwo." },
    { wait: 1_000 },
  ];
  const shown = wordsOf(await draw(happenings, { columns: 80, rows: 40, showsWithinMs: 100 }));
  expect(shown.filter((word) => !["One.", "Two."].includes(word))).toEqual([]);
});

/** Widths of the terminal from the end of an answer on. */
const lastWidths = fc
  .array(fc.record({ columns: width, after: fc.integer({ min: 1, max: 350 }) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((changes) => {
    let inMs = 0;
    return changes.map(({ columns, after }) => ({ columns, inMs: (inMs += after) }));
  });

test.each([
  { rows: 24, lateMs: 45 },
  { rows: 40, lateMs: 20 },
])(
  "a size that changes again and again at the end of an answer loses no word of it, in $rows rows and $lateMs ms late",
  async (place) => {
    await fc.assert(
      fc.asyncProperty(width, lastWidths, async (first, last) => {
        const happenings = [...cut(text, [200]), { columns: first, waitMs: 0 }, ...last];
        const kind = { columns: 80, ...place, showsWithinMs: 100 };
        const shown = wordsOf(await draw(happenings, kind)).join("");
        expect(text.split(/\s+/).filter((word) => !shown.includes(word))).toEqual([]);
      }),
      { numRuns: 15 },
    );
  },
);

test("the last drawing of an answer waits for a size that stays", async () => {
  const happenings: readonly Happening[] = [
    { text: `${words(0, 40)}\n\n` },
    { text: words(40, 100) },
    { columns: 20, waitMs: 0 },
    { columns: 120, inMs: 20 },
  ];
  const kind = { columns: 80, rows: 40, showsWithinMs: 100, lateMs: 45 };
  const shown = wordsOf(await draw(happenings, kind));
  expect(
    words(0, 100)
      .split(" ")
      .filter((word) => !shown.includes(word)),
  ).toEqual([]);
});
