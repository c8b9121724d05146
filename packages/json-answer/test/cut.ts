/** A text in pieces of these lengths, over and over. */
export function cut(text: string, lengths: readonly number[]): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const length = Math.max(1, lengths[pieces.length % Math.max(1, lengths.length)] ?? 1);
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}
