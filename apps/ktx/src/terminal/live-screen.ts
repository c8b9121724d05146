import type { CliIo, CliOutput } from "../cli-io.ts";
import { screenColumns, terminalWidth } from "../render/text-width.ts";
import { disarm } from "./print.ts";
import { type DraftLine, withText } from "./draft-line.ts";
import { DraftPainter, type ScreenSize } from "./draft-painter.ts";
import { refreshSize } from "./refresh-size.ts";
import { reflowsLines } from "./reflows-lines.ts";

/** Lines for a width. */
type Layout = (columns: number) => readonly DraftLine[];

/** Milliseconds without a change of the size, after which the screen is drawn again: meanwhile it moves its lines itself. */
const quietMs = 250;

/** The event of an output in which others have written: what stands there is final. */
export const interruptedOutput = "interrupted";

/** A terminal that has no size is an old one. */
const usualRows = 24;

/** Terminals that know these marks show all that stands between them at once; others ignore them. */
const together = (text: string): string => `\u001b[?2026h${text}\u001b[?2026l`;

/**
 * The end of a terminal: lines that are final, below them a draft that still changes, and at the bottom one line about
 * the present. A log gets the final lines alone. Disposing it removes the bottom line.
 */
export class LiveScreen implements Disposable {
  /** False for a log, and for a terminal that cannot move its cursor. */
  readonly canRedraw: boolean;
  readonly #output: CliOutput;
  readonly #painter: DraftPainter;
  readonly #bottom: (columns: number) => string;
  /** The bottom line as it is shown. */
  #shownBottom = "";
  #isOpen = true;
  #draft: Layout = () => [];
  /** Lines that have become final while the size changes. */
  #settled: readonly Layout[] = [];
  #resizing: NodeJS.Timeout | undefined;

  /** @param bottom the bottom line for a width; empty for none. */
  constructor(
    output: CliOutput,
    env: CliIo["env"],
    bottom: (columns: number) => string = () => "",
  ) {
    this.#output = output;
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
    if (this.#resizing === undefined) this.#paint();
  }

  /** The draft is final as it is shown. */
  settle(): void {
    refreshSize(this.#output);
    this.#endResize();
    this.#draft = () => [];
    this.#painter.forget();
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
    this.#endResize();
    if (endsText) this.#painter.freeze();
    this.#draw(this.#painter.part(disarmed, this.#size));
    this.#paint();
  }

  /** Draws the bottom line again, if it has changed. */
  refresh(): void {
    refreshSize(this.#output);
    const isStill = this.#resizing === undefined;
    if (
      this.canRedraw &&
      isStill &&
      this.#isOpen &&
      this.#bottom(this.#size.columns) !== this.#shownBottom
    )
      this.#draw("\r\u001b[J");
  }

  /** Removes the bottom line. */
  [Symbol.dispose](): void {
    if (!this.canRedraw || !this.#isOpen) return;
    refreshSize(this.#output);
    this.#endResize();
    this.#isOpen = false;
    this.#output.off("resize", this.#onResize);
    this.#output.off(interruptedOutput, this.#onInterrupted);
    if (this.#shownBottom !== "") this.#output.write("\r\u001b[J");
  }

  get #size(): ScreenSize {
    return { columns: screenColumns(this.#output), rows: this.rows };
  }

  /** The cursor stays at the beginning of the bottom line: that place is the same after a change of the width. */
  #draw(body: string): void {
    this.#shownBottom = this.#isOpen ? this.#bottom(this.#size.columns) : "";
    const end = this.#shownBottom === "" ? "" : `${this.#shownBottom}\r`;
    this.#output.write(together(body + end));
  }

  #paint(): void {
    const { columns } = this;
    const lay = (layout: Layout): readonly DraftLine[] =>
      layout(columns).map((line) => withText(line, disarm));
    const body = this.#painter.paint(this.#settled.flatMap(lay), lay(this.#draft), this.#size);
    this.#settled = [];
    if (body !== "") this.#draw(body);
  }

  readonly #onResize = (): void => {
    clearTimeout(this.#resizing);
    this.#resizing = setTimeout(this.#onQuiet, quietMs).unref();
  };

  readonly #onQuiet = (): void => {
    const before = this.#resizing;
    refreshSize(this.#output);
    if (this.#resizing === before) this.#endResize();
  };

  /** Draws all again in the new width. */
  #endResize(): void {
    if (this.#resizing === undefined) return;
    clearTimeout(this.#resizing);
    this.#resizing = undefined;
    this.#shownBottom = "";
    this.#draw("\r\u001b[J");
    this.#paint();
  }

  readonly #onInterrupted = (): void => {
    this.#painter.freeze();
    this.#shownBottom = "";
  };
}
