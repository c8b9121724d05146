import * as fc from "fast-check";

const word = fc.oneof(
  fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 10 }),
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
    "\u001b]0;no end",
    "\u001bPq\u001b\\",
    "\u202E",
    "a\u200Bb\u{E0041}",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "می\u200Cخواهم",
  ),
);
/** Answers of a model that does its worst: any script, Markdown in the wrong places, sequences that act on a terminal. */
export const answers: fc.Arbitrary<string> = fc
  .array(word, { minLength: 1, maxLength: 40 })
  .map((words) => words.join(" "));
