import { charactersOf, type DraftLine, layoutMarks, textOf } from "./draft-line.ts";

/** The start of a draft, in lines that are final. Other lines may show the same text in another layout. */
export interface FrozenStart {
  readonly characters: string;
  /** Lines without a character of the text, such as empty ones, behind the last one with some. */
  readonly blankLines: number;
}

export const nothingFrozen: FrozenStart = { characters: "", blankLines: 0 };

/** The frozen start, with lines behind it. */
export function freezeMore(start: FrozenStart, lines: readonly DraftLine[]): FrozenStart {
  return lines.map(charactersOf).reduce(
    ({ characters, blankLines }, says) => ({
      characters: characters + says,
      blankLines: says === "" ? blankLines + 1 : 0,
    }),
    start,
  );
}

/**
 * The lines behind the frozen start, and what is left of it behind these lines. Where they differ from it, they go on
 * from there.
 */
export function passFrozen(
  { characters, blankLines }: FrozenStart,
  lines: readonly DraftLine[],
): { readonly behind: readonly DraftLine[]; readonly left: FrozenStart } {
  let at = 0;
  let blanksLeft = blankLines;
  for (const [index, line] of lines.entries()) {
    const says = charactersOf(line);
    if (at === characters.length) {
      if (says !== "" || blanksLeft === 0)
        return { behind: lines.slice(index), left: nothingFrozen };
      blanksLeft -= 1;
    } else if (characters.startsWith(says, at)) at += says.length;
    else {
      const rest = withoutShown(line, says, characters.slice(at));
      return { behind: [rest, ...lines.slice(index + 1)], left: nothingFrozen };
    }
  }
  return { behind: [], left: { characters: characters.slice(at), blankLines: blanksLeft } };
}

/** A line that is shown in part goes on; where words stand side by side it is drawn whole. */
function withoutShown(line: DraftLine, says: string, shown: string): DraftLine {
  const rest = says.slice(countCommon(says, shown));
  const text = charactersOf(textOf(line));
  const isWhole = rest === says || !text.endsWith(rest);
  return isWhole ? line : withoutStart(textOf(line), text.length - rest.length);
}

function countCommon(says: string, shown: string): number {
  let count = 0;
  while (count < says.length && says[count] === shown[count]) count += 1;
  return count;
}

/** The line without so many of its characters at the start; its emphasis stays. */
function withoutStart(line: string, count: number): string {
  let left = count;
  let codes = "";
  const parts = line.split(/(\u001b\[[\d;]*m)/);
  for (const [number, part] of parts.entries()) {
    if (number % 2 === 1) {
      codes += part;
      continue;
    }
    for (let place = 0; place < part.length; place += 1) {
      if (layoutMarks.test(part[place] ?? "")) continue;
      if (left === 0) return codes + part.slice(place) + parts.slice(number + 1).join("");
      left -= 1;
    }
  }
  return "";
}
