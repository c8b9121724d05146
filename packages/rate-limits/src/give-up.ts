import type { Limit } from "./limit.ts";

/** A limit that somebody does not wait for. */
export interface GiveUp<Met extends Limit = Limit> {
  readonly failure: Met;
  /** The limit's sentence, and why nobody waits. */
  readonly message: string;
  /** Milliseconds until the limit ends. */
  readonly remainingMs: number;
}

export interface GiveUpFacts<Met extends Limit> {
  readonly failure: Met;
  /** When the limit ends, in milliseconds since the epoch. */
  readonly untilMs: number;
  readonly remainingMs: number;
  readonly maxWaitMs: number;
}

export function describeGiveUp<Met extends Limit>(facts: GiveUpFacts<Met>): GiveUp<Met> {
  const { failure, untilMs, remainingMs, maxWaitMs } = facts;
  const message =
    `${failure.message.replace(/\.?$/, ".")} Not waiting: the limit resets at ${new Date(untilMs).toISOString()}, ` +
    `later than maxWaitMs allows (${Math.round(maxWaitMs / 1_000)} s).`;
  return { failure, message, remainingMs };
}

/** The limit lasts longer than the work may wait. */
export class LimitError<Met extends Limit = Limit> extends Error {
  override readonly name: string = "LimitError";
  readonly failure: Met;
  /** Milliseconds that the limit still lasted. */
  readonly remainingMs: number;

  constructor({ failure, message, remainingMs }: GiveUp<Met>) {
    super(message);
    this.failure = failure;
    this.remainingMs = remainingMs;
  }
}
