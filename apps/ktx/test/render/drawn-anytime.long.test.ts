import * as fc from "fast-check";
import { expect, test } from "vitest";
import { longRuns } from "../../../../test/long-form.ts";
import { cut, draw, type Happening } from "../draw-answer.ts";

const words = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `w${from + index}x`).join(" ");

const text = [
  `# Head ${words(0, 6)}`,
  words(6, 60),
  `- ${words(60, 80)}\n- ${words(80, 100)}`,
  words(100, 160),
  words(160, 200),
].join("\n\n");

/** Widths that the terminal has at any moment: the program hears of some of them only later, and of others never. */
const change = fc.oneof(
  { weight: 3, arbitrary: fc.record({ wait: fc.integer({ min: 1, max: 500 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      columns: fc.integer({ min: 20, max: 140 }),
      waitMs: fc.constantFrom(0, 15, 100, 300),
      isLate: fc.boolean(),
    }),
  },
);

test.each([8, 14, 20, 40, 200])(
  "many widths at any moment lose and double nothing of an answer, and nothing above it, in %d rows",
  async (rows) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 5, maxLength: 60 }),
        fc.integer({ min: 0, max: 45 }),
        fc.integer({ min: 3, max: 60 }),
        async (changes, count, length) => {
          const before = Array.from({ length: count }, (_, index) => `earlier-${index}`);
          const pieces = cut(text, [length]);
          const happenings: readonly Happening[] = [
            ...changes.flatMap((one, index) => [...pieces.slice(index, index + 1), one]),
            ...pieces.slice(changes.length),
          ];
          const lines = await draw(happenings, { columns: 80, rows, before });
          const shown = lines.map((line) => line.join("")).join("\n");
          const expected = [...before, text.replace("# ", "")].join("\n");
          // Where a line is higher than the screen, its last word may go on in the next line.
          const parts = (all: string): readonly string[] =>
            rows < 14 ? [all.replaceAll(/\s/g, "")] : all.split(/\s+/);
          expect(parts(shown)).toEqual(parts(expected));
        },
      ),
      longRuns(12),
    );
  },
  300_000,
);
