/** One replacement of whole lines, with which a text becomes another. */
export interface TextChange {
  readonly removed: string;
  readonly added: string;
}

/** The smallest change of whole lines between two texts. Pure. */
export function changeBetween(before: string, after: string): TextChange {
  const [one, other] = [linesOf(before), linesOf(after)];
  const least = Math.min(one.length, other.length);
  let head = 0;
  while (head < least && one[head] === other[head]) head += 1;
  let tail = 0;
  while (tail < least - head && one.at(-1 - tail) === other.at(-1 - tail)) tail += 1;
  return {
    removed: one.slice(head, one.length - tail).join(""),
    added: other.slice(head, other.length - tail).join(""),
  };
}

/** The text without a change that was made before; undefined where its lines are not there exactly once. Pure. */
export function takeBack(text: string, { removed, added }: TextChange): string | undefined {
  const at = added === "" ? -1 : text.indexOf(added);
  if (at < 0 || text.includes(added, at + 1)) return undefined;
  return text.slice(0, at) + removed + text.slice(at + added.length);
}

function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
