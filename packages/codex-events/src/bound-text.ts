/**
 * At most `limit` characters (and a mark) of a text: its beginning and its end, without the middle. For error
 * texts, which name their source first and their cause last.
 */
export function boundText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor(limit / 2);
  return `${copied(text.slice(0, half))} … ${copied(text.slice(-half))}`;
}

/** A plain slice may keep its whole parent string alive (V8), and the parent can hold a megabyte. */
function copied(slice: string): string {
  return slice.split("").join("");
}
