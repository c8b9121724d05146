import type { DraftLine } from "./draft-line.ts";
import { heightOf, showLine, type ShownLine } from "./shown-line.ts";

/** A drawing that has replaced lines, some of which had several rows: in a wider terminal they have fewer. */
export interface RiskyDrawing {
  readonly replaced: readonly ShownLine[];
  /** The number of final lines above it. */
  readonly above: number;
}

/** No screen has more rows. */
const mostKept = 500;

/** Lines that are final: the last of them, and those that a drawing for another width may have erased. Immutable. */
export class FinalLines {
  readonly #last: readonly DraftLine[];
  /** The number of all lines. */
  readonly count: number;
  /** The number of the first line that may be erased; all of them in front of it stand. */
  readonly #doubtfulFrom: number;

  constructor(
    last: readonly DraftLine[] = [],
    count: number = 0,
    doubtfulFrom: number = Number.POSITIVE_INFINITY,
  ) {
    this.#last = last.slice(-mostKept);
    this.count = count;
    this.#doubtfulFrom = doubtfulFrom;
  }

  /** These lines, and others below them. */
  add(lines: readonly DraftLine[]): FinalLines {
    if (lines.length === 0) return this;
    const count = this.count + lines.length;
    return new FinalLines([...this.#last, ...lines], count, this.#doubtfulFrom);
  }

  /**
   * The same lines, after drawings that a terminal of this width may have shown: in it they have replaced more rows than
   * their own.
   */
  doubt(risks: readonly RiskyDrawing[], columns: number): FinalLines {
    const rows = risks.reduce((sum, { replaced }) => {
      const there = heightOf(replaced.map(({ line }) => showLine(line, columns)));
      return sum + Math.max(0, heightOf(replaced) - there);
    }, 0);
    if (rows === 0) return this;
    let from = Math.min(...risks.map(({ above }) => above));
    const first = this.count - this.#last.length;
    for (let height = 0; height < rows && from > first;) {
      from -= 1;
      const line = this.#last[from - first];
      height += line === undefined ? 0 : showLine(line, columns).rows;
    }
    return new FinalLines(this.#last, this.count, Math.min(from, this.#doubtfulFrom));
  }

  /** True where lines may be erased. */
  get isDoubtful(): boolean {
    return Number.isFinite(this.#doubtfulFrom);
  }

  /** The lines that may be erased, and those below them. */
  get doubtful(): readonly DraftLine[] {
    const first = this.count - this.#last.length;
    return this.isDoubtful ? this.#last.slice(Math.max(0, this.#doubtfulFrom - first)) : [];
  }

  /** The same lines, all of which stand. */
  trust(): FinalLines {
    return new FinalLines(this.#last, this.count);
  }
}
