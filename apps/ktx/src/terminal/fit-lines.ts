import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";

/** A column narrower than this is no column: its text goes below. */
const narrowestColumn = 20;

/**
 * Breaks the lines that are wider than `width` between words. The rest of a line stands below the beginning of its last
 * column where that leaves room; else the column itself goes below. Words stay whole, and so does their emphasis.
 */
export function fitLines(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => (stringWidth(line) > width ? fitLine(line, width) : line))
    .join("\n");
}

function fitLine(given: string, width: number): string {
  const line = withRoom(given, width);
  const { hang, broken } = planOf(stripVTControlCharacters(line), width);
  const lines: string[] = [];
  let current = "";
  for (const [, space = "", word = ""] of line.matchAll(/(\s*)(\S+)/g)) {
    const longer = current + space + word;
    const isBroken = broken !== undefined && stringWidth(current + space) === broken;
    if (
      isBeginning(current, stringWidth(word) <= width) ||
      (stringWidth(longer) <= width && !(isBroken && lines.length === 0))
    )
      current = longer;
    else {
      lines.push(current);
      const room = width - stringWidth(word);
      // A word without room in any case stays where it is expected.
      current = " ".repeat(room < 0 ? hang : Math.min(hang, room)) + word;
    }
  }
  return [...lines, current].join("\n");
}

/** The indentation of a line has nothing to break behind, nor has the mark in it, unless that makes room for the word. */
function isBeginning(current: string, wordFits: boolean): boolean {
  const text = stripVTControlCharacters(current).trim();
  return text === "" || (!wordFits && /^[-+*•]$/.test(text));
}

/** A line that is all indentation leaves no room for its words. */
function withRoom(line: string, width: number): string {
  const indent = line.length - line.trimStart().length;
  return indent > width - narrowestColumn / 2
    ? " ".repeat(Math.floor(width / 2)) + line.trimStart()
    : line;
}

/** The indentation of the lines that follow, and the column at which the first line ends in any case. */
function planOf(line: string, width: number): { readonly hang: number; readonly broken?: number } {
  const columns = [...line.matchAll(/\S {2,}(?=\S)/g)].map(({ 0: gap, index }) =>
    stringWidth(line.slice(0, index + gap.length)),
  );
  const roomy = columns.findLast((column) => column <= width - narrowestColumn);
  if (roomy !== undefined) return { hang: roomy };
  const marker = /^ *(?:[-*•] |-> |\d+\. )?/.exec(line)?.[0].length ?? 0;
  const [first] = columns;
  if (first !== undefined) return { hang: Math.min(marker + 4, 8), broken: first };
  return { hang: Math.min(marker, Math.floor(width / 2)) };
}
