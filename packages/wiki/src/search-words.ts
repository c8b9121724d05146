const ideograph = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]`;
const ideographs = new RegExp(ideograph, "gu");

/** Separates the characters of scripts without spaces, so that a part of a sentence is found. Pure. */
export function spaceIdeographs(text: string): string {
  return text.replaceAll(ideographs, " $& ");
}

/** Words that say nothing about a page. */
const fillers = new Set(
  "a about all an and any are as at be been before but by can could do does for from get had has have how i if in into is it its me my not of on or our should so than that the their them then there these they this to up us was we were what when where which who whom whose why will with would you your".split(
    " ",
  ),
);

/** The words of a question that a search looks for, each once. Pure. */
export function searchWords(query: string): readonly string[] {
  const words =
    query
      .slice(0, 2_000)
      .normalize("NFC")
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  const telling = words.filter((word) => !fillers.has(word));
  return [...new Set(telling.length > 0 ? telling : words)].slice(0, 32);
}

/** An expression of FTS5: any of the words, or all; scripts without spaces as phrases. Pure. */
export function matchExpression(words: readonly string[], operator: "OR" | "AND" = "OR"): string {
  return words.map((word) => `"${spaceIdeographs(word).trim()}"`).join(` ${operator} `);
}
