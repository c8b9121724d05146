import * as fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { cutToWidth } from "../../src/terminal/cut-to-width.ts";
import { neutralise } from "../../src/terminal/neutralise.ts";
import { WordStream } from "../../src/terminal/word-stream.ts";

const word = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  fc.constantFrom("日本語", "👩‍👩‍👧", "e\u0301tude", "שלום", "https://example.com/a/long/path?of=many"),
);
const words = fc.array(
  word
    .map((text) => neutralise(text).replaceAll(/\s/g, ""))
    .filter((text) => stringWidth(text) > 0),
  { minLength: 1, maxLength: 20 },
);

test("no word is broken and no line is over the width but that of one long word, however the text is cut", () => {
  fc.assert(
    fc.property(
      words,
      fc.integer({ min: 20, max: 60 }),
      fc.integer({ min: 1, max: 7 }),
      (all, width, size) => {
        const stream = new WordStream(() => width);
        const points = Array.from(all.join(" "));
        let output = "";
        for (let at = 0; at < points.length; at += size)
          output += stream.take(points.slice(at, at + size).join(""));
        output += stream.breakLine();
        const lines = output.trimEnd().split("\n");
        expect(lines.flatMap((line) => line.split(" ").filter((part) => part !== ""))).toEqual(all);
        const tooWide = lines.filter((line) => stringWidth(line) > width);
        expect(tooWide.filter((line) => line.trimEnd().includes(" "))).toEqual([]);
      },
    ),
  );
});

test("nothing is lost when the width changes in the middle of the text", () => {
  fc.assert(
    fc.property(
      words,
      fc.array(fc.integer({ min: 20, max: 60 }), { minLength: 1 }),
      (all, widths) => {
        let width = 40;
        const stream = new WordStream(() => width);
        const output = all.map((one, index) => {
          width = widths[index % widths.length] ?? 40;
          return stream.take(`${one} `);
        });
        const shown = (output.join("") + stream.breakLine()).split(/[ \n]/);
        expect(shown.filter((part) => part !== "")).toEqual(all);
      },
    ),
  );
});

test.each([
  ["a clipboard write", "a\u001b]52;c;aGk=\u0007b", "ab"],
  ["a hyperlink", "\u001b]8;;https://example.com\u001b\\link\u001b]8;;\u001b\\", "link"],
  ["a C1 sequence", "a\u009b2Jb", "ab"],
  ["a carriage return and backspaces", "safe\r\b\bevil", "safeevil"],
  ["an override of the direction", "a\u202egpj.exe\u202c\u2066b\u2069", "agpj.exeb"],
])("%s of the model does not reach the terminal", (_, text, shown) => {
  expect(neutralise(text)).toBe(shown);
});

test("no control character of any text reaches the terminal", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(neutralise(text)).not.toMatch(/[\0-\x08\x0B-\x1F\x7F-\x9F\u202A-\u202E\u2066-\u2069]/);
    }),
  );
});

test("a text is cut between whole characters, within its columns", () => {
  expect(cutToWidth("日本語", 5)).toBe("日本…");
  expect(cutToWidth("日本語", 6)).toBe("日本語");
  expect(cutToWidth("👩‍👩‍👧👩‍👩‍👧", 3)).toBe("👩‍👩‍👧…");
});
