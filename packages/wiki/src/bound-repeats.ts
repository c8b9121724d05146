/** A shorter text cannot hold a word often enough to matter. */
const shortText = 10_000;
const mostRepeats = 1_000;

/**
 * A text for the index, in which no word occurs more than a thousand times; the others are left out. Of more, SQLite
 * marks what was found in a time that grows with their square. Pure.
 */
export function boundRepeats(text: string): string {
  if (text.length < shortText) return text;
  const counts = new Map<string, number>();
  return text.replaceAll(/[\p{L}\p{N}\p{M}]+/gu, (word) => {
    const key = word.toLowerCase();
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count > mostRepeats ? "" : word;
  });
}
