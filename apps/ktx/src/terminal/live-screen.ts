import type { CliIo, CliOutput } from "../cli-io.ts";
import { screenColumns, terminalWidth } from "../render/text-width.ts";
import { disarm } from "./print.ts";
import { type DraftLine, withText } from "./draft-line.ts";
import { DraftPainter, type ScreenSize } from "./draft-painter.ts";
import { RecentRisks } from "./recent-risks.ts";
import { refreshSize } from "./refresh-size.ts";
import { reflowsLines } from "./reflows-lines.ts";
import { waitForRest } from "./wait-for-rest.ts";

/** Lines for a width. */
type Layout = (columns: number) => readonly DraftLine[];

/** The output that shows something for a size. */
type Drawing = (painter: DraftPainter, size: ScreenSize) => string;

/** Milliseconds that a terminal needs at most to show an output, also on a busy machine. */
const latestShowMs = 100;

/** Milliseconds without a change of the size, after which the screen is drawn again: meanwhile it moves its lines itself. */
const quietMs = 250;

/** Drawings of something that cannot wait for a size that stays; the last one is written for whatever size. */
const mostTries = 10;

const eraseBelow = "\r\u001b[J";

/** The event of an output in which others have written: what stands there is final. */
export const interruptedOutput = "interrupted";

/** A terminal that has no size is an old one. */
const usualRows = 24;

/** Terminals that know these marks show all that stands between them at once; others ignore them. */
const together = (text: string): string => `\u001b[?2026h${text}\u001b[?2026l`;

/** The bottom line, with the cursor at its beginning. A terminal that is narrower by then shows its start, and no second row. */
const asOneRow = (line: string): string => line && `\u001b[?7l${line}\r\u001b[?7h`;

/**
 * The end of a terminal: lines that are final, below them a draft that still changes, and at the bottom one line about
 * the present. A log gets the final lines alone. Disposing it removes the bottom line.
 */
export class LiveScreen implements Disposable {
  /** False for a log, and for a terminal that cannot move its cursor. */
  readonly canRedraw: boolean;
  readonly #output: CliOutput;
  #painter: DraftPainter;
  readonly #bottom: (columns: number) => string;
  readonly #showsWithinMs: number;
  /** The bottom line as it is shown; undefined where that is not known. */
  #shownBottom: string | undefined = "";
  #isOpen = true;
  #draft: Layout = () => [];
  /** Lines that have become final while the size changes. */
  #settled: readonly Layout[] = [];
  #resizing: NodeJS.Timeout | undefined;
  /** The time at which it has stayed long enough. */
  #quietAtMs = 0;
  readonly #risks: RecentRisks;

  /**
   * @param bottom the bottom line for a width; empty for none.
   * @param showsWithinMs the milliseconds that the terminal needs at most to show an output.
   */
  constructor(
    output: CliOutput,
    env: CliIo["env"],
    bottom: (columns: number) => string = () => "",
    { showsWithinMs = latestShowMs }: { readonly showsWithinMs?: number } = {},
  ) {
    this.#output = output;
    this.#showsWithinMs = showsWithinMs;
    this.#risks = new RecentRisks(showsWithinMs);
    this.#painter = new DraftPainter({ reflows: reflowsLines(env) });
    this.#bottom = (columns) => disarm(bottom(columns));
    this.canRedraw = output.isTTY === true && env["TERM"] !== "dumb";
    if (!this.canRedraw) return;
    output.on("resize", this.#onResize);
    output.on(interruptedOutput, this.#onInterrupted);
  }

  get columns(): number {
    return terminalWidth(this.#output);
  }

  /** The number of rows of the terminal now. */
  get rows(): number {
    return this.#output.rows ?? usualRows;
  }

  /** Draws the lines that have become final, and those of the draft behind them, which a new width has drawn again. */
  update(settled: Layout, draft: Layout): void {
    this.#settled = [...this.#settled, settled];
    this.#draft = draft;
    refreshSize(this.#output);
    if (this.#resizing === undefined) this.#draw();
  }

  /** The draft is final as it is shown. */
  settle(): void {
    refreshSize(this.#output);
    if (this.#resizing !== undefined) this.#drawNow();
    this.#draft = () => [];
    this.#painter.forget();
  }

  /**
   * Waits for a size that stays, and until the terminal has shown what was drawn for it: another change before then has
   * it drawn again, as long as the screen is not disposed. Nothing is waited for where the size has not changed.
   *
   * @param signal ends the wait at once.
   */
  async rest(signal: AbortSignal): Promise<void> {
    // Nothing mends a drawing after the end: a terminal at the other end of a slow line has its time, too.
    this.#risks.allow(2 * this.#showsWithinMs);
    await waitForRest(() => this.#restsInMs(), signal);
  }

  /**
   * Writes lines below all others; a draft goes on below them. A word that is not complete goes there whole.
   *
   * @param endsText true where the draft has no such word.
   */
  print(
    lines: readonly string[],
    { endsText = false }: { readonly endsText?: boolean } = {},
  ): void {
    const disarmed = lines.map(disarm);
    if (lines.length === 0) return;
    refreshSize(this.#output);
    if (!this.canRedraw) {
      this.#output.write(disarmed.map((line) => `${line}\n`).join(""));
      return;
    }
    this.#drawNow((painter, size) => {
      if (endsText) painter.freeze();
      return painter.part(disarmed, size);
    });
  }

  /** Draws the bottom line again, if it has changed. */
  refresh(): void {
    if (!this.canRedraw || !this.#isOpen) return;
    refreshSize(this.#output);
    if (this.#resizing === undefined) this.#write("", this.#size);
  }

  /** Removes the bottom line. */
  [Symbol.dispose](): void {
    if (!this.canRedraw || !this.#isOpen) return;
    refreshSize(this.#output);
    this.#isOpen = false;
    this.#drawNow();
    this.#output.off("resize", this.#onResize);
    this.#output.off(interruptedOutput, this.#onInterrupted);
    clearTimeout(this.#resizing);
  }

  get #size(): ScreenSize {
    return { columns: screenColumns(this.#output), rows: this.rows };
  }

  /** Draws all that has changed, also while the size changes. */
  #drawNow(others?: Drawing): void {
    for (let tries = 1; !this.#draw(others, { isLastTry: tries === mostTries }); tries += 1);
  }

  /** Draws all that has changed, and then what others have to show. False where the size has changed meanwhile. */
  #draw(others?: Drawing, { isLastTry = false }: { readonly isLastTry?: boolean } = {}): boolean {
    this.#endResize();
    const size = this.#size;
    const painter = this.#painter.copy();
    const lay = (layout: Layout): readonly DraftLine[] =>
      layout(this.columns).map((line) => withText(line, disarm));
    const draft = lay(this.#draft);
    const body = painter.paint(this.#settled.flatMap(lay), draft, size);
    const below =
      others === undefined ? "" : others(painter, size) + painter.paint([], draft, size);
    if (!this.#write(body + below, size, { isLastTry })) return false;
    this.#painter = painter;
    this.#settled = [];
    this.#risks.add(painter.risks);
    // The size may have changed since it was compared.
    refreshSize(this.#output);
    return true;
  }

  /**
   * Writes what was drawn for a size, with the bottom line, as one output. False where the size is another one by now:
   * nothing is written. The cursor stays at the beginning of the bottom line: that place is the same after a change of the width.
   */
  #write(
    body: string,
    size: ScreenSize,
    { isLastTry = false }: { readonly isLastTry?: boolean } = {},
  ): boolean {
    const bottom = this.#isOpen ? this.#bottom(size.columns) : "";
    refreshSize(this.#output);
    const { columns, rows } = this.#size;
    if (!isLastTry && (columns !== size.columns || rows !== size.rows)) return false;
    if (body === "" && bottom === this.#shownBottom) return true;
    this.#shownBottom = bottom;
    this.#output.write(together(`${body === "" ? eraseBelow : body}${asOneRow(bottom)}`));
    return true;
  }

  #restsInMs(): number {
    refreshSize(this.#output);
    if (this.#resizing === undefined) return this.#risks.shownInMs;
    return Math.max(1, this.#quietAtMs - performance.now());
  }

  readonly #onResize = (): void => {
    this.#painter.doubt(this.#risks.drawings, this.#size.columns);
    clearTimeout(this.#resizing);
    this.#quietAtMs = performance.now() + quietMs;
    this.#resizing = setTimeout(this.#onQuiet, quietMs).unref();
  };

  readonly #onQuiet = (): void => {
    const before = this.#resizing;
    refreshSize(this.#output);
    // A size that changes again begins another quiet time.
    if (this.#resizing === before) this.#draw();
  };

  /** The terminal has moved the bottom line: it is drawn again in any case. */
  #endResize(): void {
    if (this.#resizing === undefined) return;
    clearTimeout(this.#resizing);
    this.#resizing = undefined;
    this.#shownBottom = undefined;
  }

  readonly #onInterrupted = (): void => {
    this.#painter.freeze();
    this.#shownBottom = "";
  };
}
