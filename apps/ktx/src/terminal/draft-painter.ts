import { charactersOf, type DraftLine, textOf } from "./draft-line.ts";
import { FinalLines, type RiskyDrawing } from "./final-lines.ts";
import { freezeMore, type FrozenStart, nothingFrozen, passFrozen } from "./frozen-start.ts";
import { heightOf, showLine, type ShownLine } from "./shown-line.ts";

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

interface Painted {
  shown: readonly ShownLine[];
  /** The lines above. */
  above: FinalLines;
  /** The start of the draft that stands in lines that are final. */
  frozen: FrozenStart;
  columns: number;
  /** Rows that a shorter draft has left empty below the cursor. */
  spare: number;
  /** Rows above the cursor that have left the screen, although rows below it are empty. */
  missing: number;
}

const nothingPainted: Painted = {
  shown: [],
  above: new FinalLines(),
  frozen: nothingFrozen,
  columns: 0,
  spare: 0,
  missing: 0,
};

/**
 * Draws lines that still change at the end of the screen. A line that has scrolled away is never drawn again: the text
 * goes on behind the part that such lines show. A new width has all others drawn again. The cursor is at the beginning of
 * the row below the last line, before and after each drawing.
 */
export class DraftPainter {
  readonly #reflows: boolean;
  readonly #painted: Painted;
  #risks: readonly RiskyDrawing[] = [];

  /** @param reflows true for a terminal that shows its lines in other rows when its width changes. Another one keeps the rows. */
  constructor({ reflows }: { readonly reflows: boolean }, painted: Painted = nothingPainted) {
    this.#reflows = reflows;
    this.#painted = { ...painted };
  }

  /** Another painter of the same screen: its output may be dropped as long as this one goes on. */
  copy(): DraftPainter {
    return new DraftPainter({ reflows: this.#reflows }, this.#painted);
  }

  /** The drawings of this copy that erase other lines, too, in a terminal that is wider by then. */
  get risks(): readonly RiskyDrawing[] {
    return this.#risks;
  }

  /** The terminal may have had this width when it showed these drawings. What they may have erased is drawn again with the draft. */
  doubt(risks: readonly RiskyDrawing[], columns: number): void {
    this.#painted.above = this.#painted.above.doubt(risks, columns);
  }

  /** The output that shows these lines in place of the earlier ones. Settled lines are then no longer of the draft. */
  paint(
    settled: readonly DraftLine[],
    draft: readonly DraftLine[],
    { columns, rows }: ScreenSize,
  ): string {
    const painted = this.#painted;
    const lines = [...settled, ...draft];
    const isNewWidth = this.#resize(columns);
    // A terminal that changes its width while it gets this output moves its lines again: what is drawn again stays.
    const isWhole = isNewWidth || painted.above.isDoubtful;
    // One row for the cursor, and one so that the first line has not scrolled away.
    const reachable = this.#reachable(rows - 2 - painted.missing);
    painted.missing = 0;
    let next = passFrozen(painted.frozen, lines).behind;
    const countCommon = (): number => (isWhole ? 0 : this.#countCommon(next));
    if (countCommon() < painted.shown.length - reachable) {
      this.#freezeLines(painted.shown.length - reachable);
      next = passFrozen(painted.frozen, lines).behind;
    }
    const common = countCommon();
    const replaced = painted.shown.slice(common);
    const drawn = next.slice(common).map((line) => showLine(line, columns));
    // The lines of another width often have several rows; all others have them only where a word is too wide.
    const isRisky = this.#reflows && isNewWidth && heightOf(replaced) > replaced.length;
    if (isRisky) this.#risks = [...this.#risks, { replaced, above: painted.above.count }];
    const output = this.#draw(replaced, drawn);
    painted.shown = [...painted.shown.slice(0, common), ...drawn];
    this.#settle(settled);
    return output;
  }

  /** The lines are final from now on; what the draft gets later stands below them. */
  freeze(): void {
    this.#freezeLines(this.#painted.shown.length);
  }

  /** The output that shows lines of others: below all of the draft, but for a line of it that ends inside a word. */
  part(lines: readonly string[], { columns, rows }: ScreenSize): string {
    this.#resize(columns);
    const painted = this.#painted;
    const last = painted.shown.at(-1);
    const isInWord = last !== undefined && /[\p{L}\p{N}\p{M}]$/u.test(charactersOf(last.line));
    const replaced = isInWord && last.rows <= rows - 2 ? [last] : [];
    this.#freezeLines(painted.shown.length - replaced.length);
    painted.shown = [];
    const output = this.#draw(
      replaced,
      lines.map((line) => showLine(line, columns)),
    );
    painted.above = painted.above.add(lines);
    return output;
  }

  /** The draft is complete as it is shown. */
  forget(): void {
    this.freeze();
    this.#painted.frozen = nothingFrozen;
  }

  /** A terminal that needs more rows for the same lines moves the first ones out, and leaves the cursor where it is. */
  #resize(columns: number): boolean {
    const painted = this.#painted;
    const isNew = columns !== painted.columns;
    if (isNew && this.#reflows) {
      painted.shown = painted.shown.map(({ line }) => showLine(line, columns));
      if (columns < painted.columns) painted.missing = painted.spare;
    }
    painted.columns = columns;
    return isNew;
  }

  #draw(replaced: readonly ShownLine[], drawn: readonly ShownLine[]): string {
    const painted = this.#painted;
    const restored = painted.above.doubtful.map((line) => showLine(line, painted.columns));
    painted.above = painted.above.trust();
    if (replaced.length + restored.length + drawn.length === 0) return "";
    const up = heightOf(replaced);
    const below = [...restored, ...drawn];
    painted.spare = Math.max(0, painted.spare + up - heightOf(below));
    const start = up > 0 ? `\u001b[${up}A` : "";
    return `${start}\r\u001b[J${below.map(({ line }) => `${textOf(line)}\n`).join("")}`;
  }

  #settle(settled: readonly DraftLine[]): void {
    const painted = this.#painted;
    const { behind, left } = passFrozen(painted.frozen, settled);
    this.#finish(behind.length);
    painted.frozen = left;
  }

  #freezeLines(count: number): void {
    const painted = this.#painted;
    const lines = painted.shown.slice(0, count).map(({ line }) => line);
    painted.frozen = freezeMore(painted.frozen, lines);
    this.#finish(count);
  }

  #finish(count: number): void {
    const painted = this.#painted;
    painted.above = painted.above.add(painted.shown.slice(0, count).map(({ line }) => line));
    painted.shown = painted.shown.slice(count);
  }

  /** The number of lines at the end that the cursor can reach. */
  #reachable(rows: number): number {
    let height = 0;
    const { shown } = this.#painted;
    const first = shown.findLastIndex((line) => {
      height += line.rows;
      return height > rows;
    });
    return shown.length - 1 - first;
  }

  #countCommon(lines: readonly DraftLine[]): number {
    const { shown } = this.#painted;
    const differs = shown.findIndex(({ line }, index) => {
      const there = lines[index];
      return there === undefined || textOf(line) !== textOf(there);
    });
    return differs < 0 ? shown.length : differs;
  }
}
