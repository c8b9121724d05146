import stringWidth from "string-width";

/**
 * Text that appears in a terminal as it comes, with each word whole on its line, and without moving the cursor back: a
 * word appears once it is complete. One that is wider than a line, such as a long URL, has a line of its own.
 */
export class WordStream {
  readonly #columns: () => number;
  /** The width of the open line. */
  #column = 0;
  /** True where the next word begins the next line. */
  #isFull = false;
  /** The unfinished word. */
  #word = "";

  /** @param columns the present width of the terminal. */
  constructor(columns: () => number) {
    this.#columns = columns;
  }

  /** The output for the next piece of the text, which has no control characters but line breaks and tabs. */
  take(text: string): string {
    return (text.match(/\n|[ \t]|[^\n \t]+/g) ?? []).map((token) => this.#put(token)).join("");
  }

  /** The output that ends the open line, if there is one. */
  breakLine(): string {
    const output = this.#flush();
    const ending = this.#column > 0 ? "\n" : "";
    this.#column = 0;
    this.#isFull = false;
    return output + ending;
  }

  #put(token: string): string {
    if (!/^\s$/.test(token)) {
      this.#word += token;
      return "";
    }
    const output = this.#flush();
    const width = token === "\t" ? 8 - (this.#column % 8) : 1;
    if (token === "\n") {
      this.#column = 0;
      this.#isFull = false;
      return `${output}\n`;
    }
    // A space at the end of a full line is the break.
    if (this.#column + width > this.#columns()) {
      this.#isFull = true;
      return output;
    }
    this.#column += width;
    return output + token;
  }

  #flush(): string {
    const word = this.#word;
    const width = stringWidth(word);
    this.#word = "";
    if (width === 0) return word;
    const fits = !this.#isFull && this.#column + width <= this.#columns();
    const isFirst = this.#column === 0;
    this.#isFull = false;
    this.#column = fits ? this.#column + width : width;
    return fits || isFirst ? word : `\n${word}`;
  }
}
