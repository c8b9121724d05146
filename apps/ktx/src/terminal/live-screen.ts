import type { CliIo, CliOutput } from "../cli-io.ts";
import { terminalWidth } from "../render/text-width.ts";
import { disarm } from "./print.ts";
import { DraftPainter, type ScreenSize } from "./draft-painter.ts";

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
  readonly #painter = new DraftPainter();
  readonly #bottom: (columns: number) => string;
  /** The bottom line as it is shown. */
  #shownBottom = "";
  #isOpen = true;

  /** @param bottom the bottom line for a width; empty for none. */
  constructor(
    output: CliOutput,
    env: CliIo["env"],
    bottom: (columns: number) => string = () => "",
  ) {
    this.#output = output;
    this.#bottom = (columns) => disarm(bottom(columns));
    this.canRedraw = output.isTTY === true && env["TERM"] !== "dumb";
    if (!this.canRedraw) return;
    output.on("resize", this.#onResize);
    output.on(interruptedOutput, this.#onInterrupted);
  }

  get columns(): number {
    return terminalWidth(this.#output);
  }

  /** Draws the lines that have become final, and those of the draft behind them. */
  update(settledLines: readonly string[], draftLines: readonly string[]): void {
    const [settled, draft] = [settledLines.map(disarm), draftLines.map(disarm)];
    if (!this.canRedraw) {
      this.print(settled);
      return;
    }
    const body = this.#painter.paint(settled, draft, this.#size);
    if (body !== "") this.#draw(body);
  }

  /** The draft is final as it is shown. */
  settle(): void {
    this.#painter.forget();
  }

  /** Writes lines below all others; a draft goes on below them. */
  print(lines: readonly string[]): void {
    const text = lines.map((line) => `${disarm(line)}\n`).join("");
    if (text === "") return;
    if (this.canRedraw) {
      this.#painter.freeze();
      this.#draw(`\r\u001b[J${text}`);
    } else this.#output.write(text);
  }

  /** Draws the bottom line again, if it has changed. */
  refresh(): void {
    if (this.canRedraw && this.#isOpen && this.#bottom(this.columns) !== this.#shownBottom)
      this.#draw("\r\u001b[J");
  }

  /** Removes the bottom line. */
  [Symbol.dispose](): void {
    if (!this.canRedraw || !this.#isOpen) return;
    this.#isOpen = false;
    this.#output.off("resize", this.#onResize);
    this.#output.off(interruptedOutput, this.#onInterrupted);
    if (this.#shownBottom !== "") this.#output.write("\r\u001b[J");
  }

  get #size(): ScreenSize {
    return { columns: this.columns, rows: this.#output.rows ?? usualRows };
  }

  /** The cursor stays at the beginning of the bottom line: that place is the same after a change of the width. */
  #draw(body: string): void {
    this.#shownBottom = this.#isOpen ? this.#bottom(this.columns) : "";
    const end = this.#shownBottom === "" ? "" : `${this.#shownBottom}\r`;
    this.#output.write(together(body + end));
  }

  readonly #onResize = (): void => {
    this.#shownBottom = "";
    if (this.#isOpen) this.#draw("\r\u001b[J");
  };

  readonly #onInterrupted = (): void => {
    this.#painter.freeze();
    this.#shownBottom = "";
  };
}
