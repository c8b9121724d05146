import type { Limit } from "./limit.ts";

/** A limit that some work does not wait for. */
export interface GiveUp<Met extends Limit = Limit> {
  readonly failure: Met;
  /** The end of the limit, in milliseconds since the epoch. */
  readonly untilMs: number;
  /** Milliseconds until the limit ends. */
  readonly remainingMs: number;
  /** Milliseconds that one piece of work may wait for limits in all. */
  readonly maxWaitMs: number;
}

/** The limit's sentence, and the reason why the work does not wait. */
export function describeGiveUp({ failure, untilMs, maxWaitMs }: GiveUp): string {
  const stop = /[.!?]$/.test(failure.message) ? "" : ".";
  return (
    `${failure.message}${stop} Not waiting: the limit resets at ${new Date(untilMs).toISOString()}, ` +
    `later than maxWaitMs allows (${maxWaitMs / 1_000} s).`
  );
}

/** The limit lasts longer than the work may wait. */
export class LimitError<Met extends Limit = Limit> extends Error {
  override readonly name: string = "LimitError";
  readonly failure: Met;
  /** Milliseconds that the limit still lasted. */
  readonly remainingMs: number;

  constructor(giveUp: GiveUp<Met>) {
    super(describeGiveUp(giveUp));
    this.failure = giveUp.failure;
    this.remainingMs = giveUp.remainingMs;
  }
}
