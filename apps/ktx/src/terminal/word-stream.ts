import stringWidth from "string-width";

/**
 * Text that appears in a terminal as it comes, with each word whole on its line. A word that grows beyond the width
 * moves to the next line; one that is wider than a line, such as a long URL, stays whole at the beginning of its own.
 */
export class WordStream {
  readonly #columns: () => number;
  /** The width of the open line. */
  #column = 0;
  /** The unfinished word, and the column of its beginning; undefined where the word cannot move. */
  #word = "";
  #start: number | undefined = 0;
  /** True where the next word begins the next line. */
  #isFull = false;

  /** @param columns the present width of the terminal. */
  constructor(columns: () => number) {
    this.#columns = columns;
  }

  /** True while the cursor stands behind text. */
  get isMidLine(): boolean {
    return this.#column > 0;
  }

  /** The output for the next piece of the text, which has no control characters but line breaks and tabs. */
  take(text: string): string {
    const width = this.#columns();
    if (this.#column > width) {
      // The word is wider than the line, or the terminal became narrower: it has wrapped the line itself.
      this.#isFull = true;
      this.#start = undefined;
    }
    return (text.match(/\n|[ \t]|[^\n \t]+/g) ?? [])
      .map((token) => (/^\s$/.test(token) ? this.#space(token, width) : this.#grow(token, width)))
      .join("");
  }

  /** The output that ends the open line, if there is one. */
  breakLine(): string {
    const output = this.#column > 0 ? "\n" : "";
    this.#goTo(0);
    return output;
  }

  #space(token: string, width: number): string {
    const column = this.#column;
    if (token === "\n") {
      this.#goTo(0);
      return token;
    }
    const next = token === "\t" ? column + 8 - (column % 8) : column + 1;
    if (next > width) {
      this.#goTo(column);
      this.#isFull = true;
      return "";
    }
    this.#goTo(next);
    return token;
  }

  #grow(piece: string, width: number): string {
    const word = this.#word + piece;
    const before = stringWidth(this.#word);
    const total = stringWidth(word);
    const begins = this.#word === "" && this.#isFull;
    const fits = this.#column + total - before <= width && !begins;
    const mayMove = begins || (this.#start !== undefined && this.#start > 0);
    if (fits || !mayMove) {
      this.#word = word;
      this.#column += total - before;
      return piece;
    }
    // Back to the beginning of the word, which starts again on the next line.
    const back = this.#word === "" ? "" : `\r\u001b[${this.#start}C\u001b[K`;
    this.#goTo(0);
    this.#word = word;
    this.#column = total;
    return `${back}\n${word}`;
  }

  #goTo(column: number): void {
    if (column === 0) this.#isFull = false;
    this.#column = column;
    this.#word = "";
    this.#start = column;
  }
}
