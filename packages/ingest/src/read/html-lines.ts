/** Stands between two blocks of one line, so that the end of the one and the start of the next stay two words. */
const blockMark = " ¶ ";

/** Puts the text of a document into lines: those of the file, or one for each block. */
export class HtmlLines {
  readonly #lines: string[] = [];
  readonly #starts: readonly number[];
  readonly #keepsLines: boolean;
  /** A line that a block of its own may go on with. */
  #isOpen = false;
  /** A block has ended since the last text. */
  #isBroken = false;
  /** Nothing but the mark of a list or of a cell was written since. */
  #isMarked = false;

  constructor(html: string, keepsLines: boolean) {
    this.#keepsLines = keepsLines;
    const starts = [0];
    for (let at = html.indexOf("\n"); at >= 0; at = html.indexOf("\n", at + 1)) starts.push(at + 1);
    this.#starts = starts;
  }

  /** Ends a block. One at the beginning of a list's entry or of a cell is that entry or cell. */
  breakLine(): void {
    this.#isOpen = this.#isOpen && this.#isMarked && !this.#keepsLines;
    if (!this.#isMarked) this.#isBroken = true;
  }

  /** Begins an entry of a list (`- `) or a cell (` | `). A cell says itself where the one before ends. */
  mark(mark: "- " | " | ", offset: number): void {
    if (mark === " | " && !this.#isNewRow) this.#isBroken = false;
    this.#isNewRow = false;
    this.write(mark, offset);
    this.#isMarked = true;
  }

  /** Begins an entry of a list or a row of a table, whatever the one before holds. */
  breakEntry(): void {
    this.#isMarked = false;
    this.#isNewRow = true;
    this.breakLine();
  }

  #isNewRow = false;

  /** @returns the line of the first word, from 1. */
  write(text: string, offset: number): number {
    const hasWords = text.trim() !== "";
    if (!this.#keepsLines) {
      const line = this.#append(text.replaceAll(/\s+/g, " "));
      if (hasWords) this.#isMarked = false;
      return line;
    }
    const first = this.#lineOf(offset);
    let line = 0;
    text.split("\n").forEach((part, index) => {
      const at = first + index;
      const before = this.#lines[at] ?? "";
      if (part.trim() === "") {
        this.#lines[at] = before + part;
        return;
      }
      const isApart = this.#isBroken && before.trim() !== "";
      this.#lines[at] = before + (isApart ? blockMark : "") + part;
      this.#isBroken = false;
      if (line === 0) line = at + 1;
    });
    if (hasWords) this.#isMarked = false;
    return line === 0 ? first + 1 : line;
  }

  /** The lines, without the white space at their ends. */
  lines(): string[] {
    return Array.from(this.#lines, (line) => (line ?? "").replaceAll(/[ \t]+/g, " ").trim());
  }

  #append(text: string): number {
    if (text.trim() === "" && !this.#isOpen) return this.#lines.length + 1;
    if (this.#isOpen) this.#lines[this.#lines.length - 1] += text;
    else this.#lines.push(text.trimStart());
    this.#isOpen = true;
    return this.#lines.length;
  }

  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
