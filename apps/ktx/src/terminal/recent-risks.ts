import type { RiskyDrawing } from "./final-lines.ts";

/** The time at which a drawing was written, and the drawing. */
interface Risk {
  readonly atMs: number;
  readonly drawing: RiskyDrawing;
}

/** Drawings that a terminal of another width shows in a wrong way, for as long as it may not have shown them yet. */
export class RecentRisks {
  #showsWithinMs: number;
  #risks: readonly Risk[] = [];

  /** @param showsWithinMs the milliseconds that the terminal needs at most to show an output. */
  constructor(showsWithinMs: number) {
    this.#showsWithinMs = showsWithinMs;
  }

  /** Drawings that are written now. */
  add(drawings: readonly RiskyDrawing[]): void {
    const atMs = performance.now();
    this.#risks = [...this.#fresh, ...drawings.map((drawing) => ({ atMs, drawing }))];
  }

  /** Those that the terminal may not have shown yet. */
  get drawings(): readonly RiskyDrawing[] {
    return this.#fresh.map(({ drawing }) => drawing);
  }

  /** Milliseconds until the terminal has shown all of them. */
  get shownInMs(): number {
    const ends = this.#risks.map(({ atMs }) => atMs + this.#showsWithinMs);
    return Math.max(0, Math.max(0, ...ends) - performance.now());
  }

  /** From now on, the terminal has this time. */
  allow(showsWithinMs: number): void {
    this.#showsWithinMs = showsWithinMs;
  }

  get #fresh(): readonly Risk[] {
    return this.#risks.filter(({ atMs }) => performance.now() - atMs < this.#showsWithinMs);
  }
}
