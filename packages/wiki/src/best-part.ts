/** Characters that no page's words have, around what was looked for. */
export const partMarks: { readonly start: string; readonly end: string } = {
  start: "\u0002",
  end: "\u0003",
};

/** Words of a part, and those of it before the first one that was looked for. */
const partWords = 24;
const leadWords = 4;
/** A longer word, such as data in a page, is cut. */
const longestWord = 80;

interface Word {
  readonly text: string;
  /** The beginning of what was looked for, the same for the forms of one word; undefined for another word. */
  readonly found: string | undefined;
}

/**
 * The part of a text with the most words that were looked for, each once, on one line; `**` stands around them. SQLite's
 * own `snippet` takes a hundred times as long, and gives a word whole that is longer than a page. Pure.
 *
 * @param marked the text, with `partMarks` around what was looked for.
 */
export function bestPart(marked: string): string {
  const words = readWords(marked);
  const counts = new Map<string, number>();
  let [from, to] = [0, 0];
  let best = { start: 0, distinct: 0 };
  for (const [at, { found }] of words.entries()) {
    if (found === undefined) continue;
    const start = Math.max(0, at - leadWords);
    for (; to < Math.min(words.length, start + partWords); to += 1) count(words[to], 1);
    for (; from < start; from += 1) count(words[from], -1);
    if (counts.size > best.distinct) best = { start, distinct: counts.size };
  }
  const end = Math.min(words.length, best.start + partWords);
  const part = words.slice(best.start, end).map(({ text }) => text);
  return `${best.start > 0 ? "…" : ""}${part.join(" ")}${end < words.length ? "…" : ""}`;

  function count(word: Word | undefined, by: number): void {
    if (word?.found === undefined) return;
    const left = (counts.get(word.found) ?? 0) + by;
    if (left === 0) counts.delete(word.found);
    else counts.set(word.found, left);
  }
}

function readWords(marked: string): readonly Word[] {
  const { start, end } = partMarks;
  const words: Word[] = [];
  let isInside = false;
  for (const written of marked.split(/\s+/)) {
    if (written === "") continue;
    const plain = written.replaceAll(start, "").replaceAll(end, "");
    const isFound = isInside || written.includes(start);
    isInside =
      written.lastIndexOf(start) > written.lastIndexOf(end) || (isInside && !written.includes(end));
    const text =
      plain.length > longestWord
        ? `${plain.slice(0, longestWord).toWellFormed()}…`
        : written.replaceAll(start, "**").replaceAll(end, "**");
    words.push({ text, found: isFound ? beginningOf(written) : undefined });
  }
  return words;
}

/** `refund` and `refunds` are one word. */
function beginningOf(written: string): string {
  const { start, end } = partMarks;
  const from = written.indexOf(start) + 1;
  const to = written.indexOf(end, from);
  return written
    .slice(from, to < 0 ? undefined : to)
    .slice(0, 5)
    .toLowerCase();
}
