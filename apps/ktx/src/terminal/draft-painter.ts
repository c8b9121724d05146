import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Characters that a new layout adds or leaves out: they say nothing about how much of a text is shown. */
const layoutMarks = /[\s│─┼]/;

/**
 * Draws lines that still change at the end of the screen. A line that has scrolled away, or whose width is no longer that
 * of the terminal, is never drawn again: the text goes on behind the part that such lines show. The cursor is at the
 * beginning of the row below the last line, before and after each drawing.
 */
export class DraftPainter {
  #shown: readonly string[] = [];
  /** The characters of the draft that stand in lines that are final. */
  #frozen = "";
  #columns = 0;

  /** The output that shows these lines in place of the earlier ones. Settled lines are then no longer of the draft. */
  paint(
    settled: readonly string[],
    draft: readonly string[],
    { columns, rows }: ScreenSize,
  ): string {
    const lines = [...settled, ...draft];
    if (columns !== this.#columns) this.freeze();
    this.#columns = columns;
    // One row for the cursor, and one so that the first line has not scrolled away.
    const reachable = this.#reachable(rows - 2);
    let next = afterPrefix(lines, this.#frozen);
    if (countCommon(this.#shown, next) < this.#shown.length - reachable) {
      this.#freezeLines(this.#shown.length - reachable);
      next = afterPrefix(lines, this.#frozen);
    }
    const common = countCommon(this.#shown, next);
    const up = heightOf(this.#shown.slice(common), columns);
    const drawn = next.slice(common);
    this.#shown = next;
    this.#settle(settled);
    if (up === 0 && drawn.length === 0) return "";
    return `${up > 0 ? `\u001b[${up}A` : ""}\r\u001b[J${drawn.map((line) => `${line}\n`).join("")}`;
  }

  /** The lines are final from now on; what the draft gets later stands below them. */
  freeze(): void {
    this.#freezeLines(this.#shown.length);
  }

  #settle(settled: readonly string[]): void {
    const characters = settled.map(charactersOf).join("");
    if (this.#frozen.length > characters.length)
      this.#frozen = this.#frozen.slice(characters.length);
    else if (settled.length > 0) {
      this.#shown = this.#shown.slice(afterPrefix(settled, this.#frozen).length);
      this.#frozen = "";
    }
  }

  /** The draft is complete as it is shown. */
  forget(): void {
    this.#shown = [];
    this.#frozen = "";
  }

  #freezeLines(count: number): void {
    this.#frozen += this.#shown.slice(0, count).map(charactersOf).join("");
    this.#shown = this.#shown.slice(count);
  }

  /** The number of lines at the end that the cursor can reach. */
  #reachable(rows: number): number {
    let count = 0;
    let height = 0;
    for (const line of this.#shown.toReversed()) {
      height += heightOf([line], this.#columns);
      if (height > rows) break;
      count += 1;
    }
    return count;
  }
}

function countCommon(one: readonly string[], other: readonly string[]): number {
  const differs = one.findIndex((line, index) => line !== other[index]);
  return differs < 0 ? one.length : differs;
}

/** Rows of the terminal; a line that is too wide has several. */
function heightOf(lines: readonly string[], columns: number): number {
  return lines.reduce((height, line) => height + rowsOf(line, columns), 0);
}

function rowsOf(line: string, columns: number): number {
  if (stringWidth(line) <= columns) return 1;
  let rows = 1;
  let used = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(line))) {
    const width = stringWidth(segment);
    // A wide character does not stand in two rows.
    if (used + width > columns) {
      rows += 1;
      used = 0;
    }
    used += width;
  }
  return rows;
}

function charactersOf(line: string): string {
  return stripVTControlCharacters(line)
    .split("")
    .filter((character) => !layoutMarks.test(character))
    .join("");
}

/** The lines behind the part that is shown already. Where they differ from it, from there on. */
function afterPrefix(lines: readonly string[], shown: string): readonly string[] {
  if (shown === "") return lines;
  let at = 0;
  for (const [index, line] of lines.entries()) {
    const parts = line.split(/(\u001b\[[\d;]*m)/);
    let codes = "";
    const before = at;
    for (const [number, part] of parts.entries()) {
      if (number % 2 === 1) {
        codes += part;
        continue;
      }
      for (let place = 0; place < part.length; place += 1) {
        const character = part[place] ?? "";
        if (layoutMarks.test(character)) continue;
        if (character === shown[at]) {
          at += 1;
          continue;
        }
        const rest = part.slice(place) + parts.slice(number + 1).join("");
        return [at === before ? line : codes + rest, ...lines.slice(index + 1)];
      }
    }
  }
  return [];
}
