import type { Clock } from "@ktx/timers";

export interface LastReportOptions<Report> {
  readonly clock: Pick<Clock, "monotonicNow">;
  /** Asks whoever reports; undefined where there is no answer. @default never asks */
  readonly ask?: ((signal: AbortSignal) => Promise<Report | undefined>) | undefined;
  /** Receives each report, given or asked for. Must not throw. */
  readonly onReport?: (report: Report) => void;
}

export interface ReadReportInput {
  /** Milliseconds for which the last report is current; 0 always asks. @default 60_000 */
  readonly maxAgeMs?: number;
  readonly abortSignal?: AbortSignal;
}

/** The last report of something that reports by itself, and that can be asked, such as an account of its limits. */
export class LastReport<Report> {
  readonly #options: LastReportOptions<Report>;
  #last: { readonly report: Report; readonly atMs: number } | undefined;

  constructor(options: LastReportOptions<Report>) {
    this.#options = options;
  }

  /** Takes a report that came by itself. */
  take(report: Report): void {
    this.#last = { report, atMs: this.#options.clock.monotonicNow() };
    this.#options.onReport?.(report);
  }

  /**
   * The last report while it is current, else a new one; the last one where there is no answer, if any.
   *
   * @throws the error of `ask`; the signal's reason.
   */
  async read({ maxAgeMs = 60_000, abortSignal }: ReadReportInput = {}): Promise<
    Report | undefined
  > {
    abortSignal?.throwIfAborted();
    const { clock, ask } = this.#options;
    if (this.#last !== undefined && clock.monotonicNow() - this.#last.atMs < maxAgeMs)
      return this.#last.report;
    const report = await ask?.(abortSignal ?? new AbortController().signal);
    if (report !== undefined) this.take(report);
    return this.#last?.report;
  }
}
