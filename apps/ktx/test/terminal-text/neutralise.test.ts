import * as fc from "fast-check";
import { expect, test } from "vitest";
import { cutToWidth } from "../../src/terminal/cut-to-width.ts";
import { neutralise, NeutralStream } from "../../src/terminal/neutralise.ts";
import { answers } from "../answers.ts";

test.each([
  ["a clipboard write", "a\u001b]52;c;aGk=\u0007b", "ab"],
  ["a hyperlink", "\u001b]8;;https://example.com\u001b\\link\u001b]8;;\u001b\\", "link"],
  ["a C1 sequence", "a\u009b2Jb", "ab"],
  ["a colour of many numbers", "a\u001b[38;2;1;2;3mb", "ab"],
  ["a reset of the terminal", "a\u001bcb", "ab"],
  ["a device string", "a\u001bP+q544e\u001b\\b", "ab"],
  ["a string that another sequence ends", "a\u001b]0;title\u001b[0mb", "ab"],
  ["a carriage return and backspaces", "safe\r\b\bevil", "safeevil"],
  ["an override of the direction", "a\u202egpj.exe\u202c\u2066b\u2069", "agpj.exeb"],
  ["text in tags that nobody sees", "a\u{E0001}\u{E0069}\u{E0067}\u{E007F}b", "ab"],
  ["spaces without a width", "pay\u200Bpal\u2060.\uFEFFcom\u00AD", "paypal.com"],
  ["a joiner between letters that do not join", "ad\u200Dmin\u200C", "admin"],
  ["a joiner outside of an emoji", "\u{1F469}\u200D x", "\u{1F469} x"],
  ["bytes in variation selectors", "\u{1F600}\uFE01\u{E0101}\u{E0102}", "\u{1F600}"],
  ["a mark of direction in left-to-right text", "a\u200F!\u200Eb", "a!b"],
  ["a letter without a form", "a\u3164b\u115F", "ab"],
])("%s of the model does not reach the terminal", (_, text, shown) => {
  expect(neutralise(text)).toBe(shown);
});

test.each([
  ["a family", "👩‍👩‍👧"],
  ["a couple with skins", "👩🏻‍❤️‍💋‍👨🏿"],
  ["a flag of colours", "🏳️‍🌈"],
  ["the flag of Wales", "🏴󠁧󠁢󠁷󠁬󠁳󠁿"],
  ["a key", "1️⃣"],
  ["a heart in text form", "❤︎"],
  ["Persian with joiners", "می\u200Cخواهم"],
  ["Sinhala with joiners", "ශ්\u200Dරී"],
  ["Hebrew with a mark behind its sign", "שלום!\u200F"],
  ["Arabic with its vowels and digits", "مَرْحَبًا ٣"],
  ["a Han character in its variant", "葛\u{E0100}"],
])("%s stays as it is", (_, text) => {
  expect(neutralise(text)).toBe(text);
});

test("a string without its end on the line loses its sign alone: nothing of the answer is lost", () => {
  expect(neutralise("a\u001b]52;c;b\nc")).toBe("a52;c;b\nc");
  expect(neutralise(`a\u001bP${"x".repeat(5_000)}\u0007b`)).toBe(`a${"x".repeat(5_000)}b`);
});

const signs = fc.constantFrom(
  ..."\u001b [ ] P \\ m 31 ;c \u0007 \u0018 \u0001 \u009b \u009d \u009c ( a 👩 \u200D \u200B \u200F ש ! \uFE0F 1 \u20E3 🏴 \u{E0067} \u{E0062} \u{E0065} \u{E006E} \u{E007F} 葛 \u{E0100} م \u202E".split(
    " ",
  ),
  "\n",
  " ",
);

test("a text in pieces is neutral as its whole is, wherever it is cut", () => {
  const texts = fc.oneof(
    answers,
    fc.array(signs, { maxLength: 16 }).map((all) => all.join("")),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(texts, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }), (text, cuts) => {
      const stream = new NeutralStream();
      let shown = "";
      for (let at = 0, index = 0; at < text.length; index += 1) {
        const length = cuts[index % cuts.length] ?? 1;
        shown += stream.take(text.slice(at, at + length));
        at += length;
      }
      expect(shown + stream.end()).toBe(neutralise(text));
    }),
    { numRuns: 300 },
  );
});

test("no control character of any text reaches the terminal, and what is neutral stays as it is", () => {
  fc.assert(
    fc.property(fc.oneof(answers, fc.string({ unit: "binary" })), (text) => {
      const shown = neutralise(text);
      expect(shown).not.toMatch(/[\0-\x08\x0B-\x1F\x7F-\x9F\u202A-\u202E\u2066-\u2069]/);
      expect(neutralise(shown)).toBe(shown);
    }),
  );
});

test("a text is cut between whole characters, within its columns", () => {
  expect(cutToWidth("日本語", 5)).toBe("日本…");
  expect(cutToWidth("日本語", 6)).toBe("日本語");
  expect(cutToWidth("👩‍👩‍👧👩‍👩‍👧", 3)).toBe("👩‍👩‍👧…");
});
