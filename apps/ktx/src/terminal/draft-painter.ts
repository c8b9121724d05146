import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { charactersOf, type DraftLine, layoutMarks, textOf } from "./draft-line.ts";

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** A line on the screen, and the number of rows in which it stands there. */
interface ShownLine {
  readonly line: DraftLine;
  readonly rows: number;
}

/**
 * Draws lines that still change at the end of the screen. A line that has scrolled away is never drawn again: the text
 * goes on behind the part that such lines show. A new width has all others drawn again. The cursor is at the beginning of
 * the row below the last line, before and after each drawing.
 */
export class DraftPainter {
  readonly #reflows: boolean;
  #shown: readonly ShownLine[] = [];
  /** The characters of the draft that stand in lines that are final. */
  #frozen = "";
  #columns = 0;
  /** Rows that a shorter draft has left empty below the cursor. */
  #spare = 0;
  /** Rows above the cursor that have left the screen, although rows below it are empty. */
  #missing = 0;

  /** @param reflows true for a terminal that shows its lines in other rows when its width changes. Another one keeps the rows. */
  constructor({ reflows }: { readonly reflows: boolean }) {
    this.#reflows = reflows;
  }

  /** The output that shows these lines in place of the earlier ones. Settled lines are then no longer of the draft. */
  paint(
    settled: readonly DraftLine[],
    draft: readonly DraftLine[],
    { columns, rows }: ScreenSize,
  ): string {
    const lines = [...settled, ...draft];
    const isNewWidth = this.#resize(columns);
    // One row for the cursor, and one so that the first line has not scrolled away.
    const reachable = this.#reachable(rows - 2 - this.#missing);
    this.#missing = 0;
    let next = afterPrefix(lines, this.#frozen);
    // A terminal that changes its width while it gets this output moves its lines again: what is drawn again stays.
    const countCommon = (): number => (isNewWidth ? 0 : this.#countCommon(next));
    if (countCommon() < this.#shown.length - reachable) {
      this.#freezeLines(this.#shown.length - reachable);
      next = afterPrefix(lines, this.#frozen);
    }
    const common = countCommon();
    const up = heightOf(this.#shown.slice(common));
    const drawn = next.slice(common).map((line) => ({ line, rows: rowsOf(line, columns) }));
    this.#shown = [...this.#shown.slice(0, common), ...drawn];
    this.#settle(settled);
    return up === 0 && drawn.length === 0 ? "" : this.#draw(up, drawn);
  }

  /** The lines are final from now on; what the draft gets later stands below them. */
  freeze(): void {
    this.#freezeLines(this.#shown.length);
  }

  /** The output that shows lines of others: below all of the draft, but for a line of it that ends inside a word. */
  part(lines: readonly string[], { columns, rows }: ScreenSize): string {
    this.#resize(columns);
    const last = this.#shown.at(-1);
    const isInWord = last !== undefined && /[\p{L}\p{N}\p{M}]$/u.test(charactersOf(last.line));
    const up = isInWord && last.rows <= rows - 2 ? last.rows : 0;
    this.#freezeLines(this.#shown.length - (up > 0 ? 1 : 0));
    this.#shown = [];
    return this.#draw(
      up,
      lines.map((line) => ({ line, rows: rowsOf(line, columns) })),
    );
  }

  /** The draft is complete as it is shown. */
  forget(): void {
    this.#shown = [];
    this.#frozen = "";
  }

  /** A terminal that needs more rows for the same lines moves the first ones out, and leaves the cursor where it is. */
  #resize(columns: number): boolean {
    const isNew = columns !== this.#columns;
    if (isNew && this.#reflows) {
      this.#shown = this.#shown.map(({ line }) => ({ line, rows: rowsOf(line, columns) }));
      if (columns < this.#columns) this.#missing = this.#spare;
    }
    this.#columns = columns;
    return isNew;
  }

  #draw(up: number, drawn: readonly ShownLine[]): string {
    this.#spare = Math.max(0, this.#spare + up - heightOf(drawn));
    const above = up > 0 ? `\u001b[${up}A` : "";
    return `${above}\r\u001b[J${drawn.map(({ line }) => `${textOf(line)}\n`).join("")}`;
  }

  #settle(settled: readonly DraftLine[]): void {
    const characters = settled.map(charactersOf).join("");
    if (this.#frozen.length > characters.length)
      this.#frozen = this.#frozen.slice(characters.length);
    else if (settled.length > 0) {
      this.#shown = this.#shown.slice(afterPrefix(settled, this.#frozen).length);
      this.#frozen = "";
    }
  }

  #freezeLines(count: number): void {
    const frozen = this.#shown.slice(0, count).map(({ line }) => charactersOf(line));
    this.#frozen += frozen.join("");
    this.#shown = this.#shown.slice(count);
  }

  /** The number of lines at the end that the cursor can reach. */
  #reachable(rows: number): number {
    let height = 0;
    const first = this.#shown.findLastIndex((line) => {
      height += line.rows;
      return height > rows;
    });
    return this.#shown.length - 1 - first;
  }

  #countCommon(lines: readonly DraftLine[]): number {
    const differs = this.#shown.findIndex(({ line }, index) => {
      const there = lines[index];
      return there === undefined || textOf(line) !== textOf(there);
    });
    return differs < 0 ? this.#shown.length : differs;
  }
}

function heightOf(lines: readonly ShownLine[]): number {
  return lines.reduce((height, { rows }) => height + rows, 0);
}

/** Rows of the terminal; a line that is too wide has several. */
function rowsOf(line: DraftLine, columns: number): number {
  return textOf(line)
    .split("\n")
    .reduce((height, row) => height + rowsOfOne(row, columns), 0);
}

function rowsOfOne(line: string, columns: number): number {
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

/** The lines behind the part that is shown already. Where they differ from it, from there on. */
function afterPrefix(lines: readonly DraftLine[], shown: string): readonly DraftLine[] {
  if (shown === "") return lines;
  let at = 0;
  for (const [index, line] of lines.entries()) {
    const says = charactersOf(line);
    if (shown.startsWith(says, at)) {
      at += says.length;
      continue;
    }
    const rest = says.slice(countShown(says, shown.slice(at)));
    const text = charactersOf(textOf(line));
    // A line that is shown in part goes on; where words stand side by side it is drawn whole.
    const isWhole = rest === says || !text.endsWith(rest);
    const left = isWhole ? line : withoutStart(textOf(line), text.length - rest.length);
    return [left, ...lines.slice(index + 1)];
  }
  return [];
}

function countShown(says: string, shown: string): number {
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
