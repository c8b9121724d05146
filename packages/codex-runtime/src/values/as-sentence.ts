/** A text of anybody's with a full stop at its end, unless it ends as a sentence does. */
export function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
