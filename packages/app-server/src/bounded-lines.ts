import { OutputLimitError } from "@ktx/codex-process";

/** A line of more than `limit` characters, of which only the two ends are kept. */
export interface CutLine {
  readonly head: string;
  readonly tail: string;
}

/** A line of so many times the limit is not one of Codex: its writer is another program, or broken. */
const hopeless = 8;

/** Characters of each end. The ids of a message are near one of them. */
const keptEnd = 4_096;

/**
 * The lines of a text that arrives in pieces, without their line ends; also a last line without one. A line that is
 * too long is passed over as a `CutLine`, so that the lines after it are read.
 *
 * Only line feeds end a line. Node's `readline` also ends one at U+2028 and U+2029, which Codex
 * writes unescaped in its JSON.
 *
 * @param limit The maximum number of characters of a line.
 * @throws {OutputLimitError} for a line of eight times as many, which may have no end.
 */
export async function* readBoundedLines(
  chunks: AsyncIterable<string> | Iterable<string>,
  limit: number,
): AsyncGenerator<string | CutLine, void> {
  let line = new BegunLine(limit);
  for await (const chunk of chunks) {
    const [end = "", ...others] = chunk.split("\n");
    line.add(end);
    for (const next of others) {
      yield line.end();
      line = new BegunLine(limit);
      line.add(next);
    }
  }
  if (line.length > 0) yield line.end();
}

class BegunLine {
  length = 0;
  readonly #limit: number;
  #pieces: string[] = [];
  #head: string | undefined;
  #tail = "";

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(piece: string): void {
    this.length += piece.length;
    if (this.length > this.#limit * hopeless) throw new OutputLimitError("a line", this.#limit);
    if (this.#head === undefined) {
      this.#pieces.push(piece);
      if (this.length <= this.#limit) return;
      const whole = this.#pieces.join("");
      this.#pieces = [];
      this.#head = whole.slice(0, keptEnd);
      this.#tail = whole.slice(-keptEnd);
    } else {
      this.#tail = (this.#tail + piece).slice(-keptEnd);
    }
  }

  end(): string | CutLine {
    return this.#head === undefined
      ? this.#pieces.join("")
      : { head: this.#head, tail: this.#tail };
  }
}
