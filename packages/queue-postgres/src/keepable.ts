/** A text for people as Postgres takes it: without NUL characters and broken surrogate pairs. */
export function keepable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\u{fffd}");
}
