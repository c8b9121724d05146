import PQueue from "p-queue";
import { CodexError } from "../codex-error.ts";
import { RuntimeInputError } from "../runtime-input-error.ts";
import { buildGiveUp } from "./build-give-up.ts";
import { isLimitFailure, type LimitFailure } from "./limit-failure.ts";
import type { RateLimitEvent } from "./rate-limit-event.ts";
import {
  initialRateLimitState,
  type RateLimitInput,
  type RateLimitState,
  reduceRateLimit,
} from "./rate-limit-state.ts";

export interface RateLimitGovernorOptions {
  /** How much may run at once when nothing is wrong; at least 1. @default 4 */
  readonly maxConcurrency?: number;
  /** Milliseconds that one piece of work may wait for limits in all. @default 21_600_000 (6 hours) */
  readonly maxWaitMs?: number;
  /** The present time in milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** How one piece of work ended. */
export type WorkOutcome<Result> =
  | { readonly ok: true; readonly value: Result }
  | { readonly ok: false; readonly error: unknown };

export interface GovernedWork<Result> {
  /** Ends the waiting, with its reason. What is running has to heed it by itself. */
  readonly signal?: AbortSignal;
  /** The limit that the work met. @default that of a thrown `CodexError` */
  readonly findLimit?: (outcome: WorkOutcome<Result>) => LimitFailure | undefined;
  /** Whether the work may be done again after the wait. @default always */
  readonly mayRepeat?: () => boolean;
}

/**
 * Shares one account's limits among all work of a process: so much at once, less under pressure, and
 * after a rejection nobody begins before the limit resets.
 *
 * Work that met a limit is done again after the wait. It holds no timer while nothing waits.
 */
export class RateLimitGovernor {
  readonly #queue: PQueue;
  readonly #maxConcurrency: number;
  readonly #maxWaitMs: number;
  readonly #now: () => number;
  readonly #listeners = new Set<(event: RateLimitEvent) => void>();
  readonly #waiting = new Set<Waiting>();
  #state: RateLimitState;
  #timer: NodeJS.Timeout | undefined;

  /** @throws {RuntimeInputError} `invalid-limit` for a number below its least. */
  constructor(options: RateLimitGovernorOptions = {}) {
    this.#maxConcurrency = checkAtLeast("maxConcurrency", 1, options.maxConcurrency ?? 4);
    this.#maxWaitMs = checkAtLeast("maxWaitMs", 0, options.maxWaitMs ?? 21_600_000);
    this.#now = options.now ?? Date.now;
    this.#state = initialRateLimitState(this.#maxConcurrency);
    this.#queue = new PQueue({ concurrency: this.#maxConcurrency });
  }

  /** How much may run at once now, how much does, and how much waits. */
  get load(): { readonly concurrency: number; readonly running: number; readonly waiting: number } {
    return {
      concurrency: this.#state.concurrency,
      running: this.#queue.pending,
      waiting: this.#waiting.size,
    };
  }

  /** Calls the listener, which must not throw, with each event from now on. @returns what ends that. */
  subscribe(listener: (event: RateLimitEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Tells of a limit that some work met and passes by itself: less is run at once from now on. */
  observe(failure: LimitFailure): void {
    this.#apply({ type: "slowed", atMs: this.#now(), failure });
  }

  /**
   * Does the work when there is room, and again after each limit that it meets and that tells when it
   * resets.
   *
   * @throws what the work throws; the signal's reason when it fires while the work waits; `CodexError`
   * with the limit's kind when the wait would be longer than `maxWaitMs`.
   */
  async run<Result>(
    work: () => Promise<Result>,
    { signal, findLimit = limitOfError, mayRepeat = () => true }: GovernedWork<Result> = {},
  ): Promise<Result> {
    let waitedMs = 0;
    for (let round = 0; ; round += 1) {
      const { outcome, repeats } = await this.#whenRoom({ signal, waitedMs, round }, (limitMs) => {
        waitedMs += limitMs;
        return this.#tryOnce(work, findLimit);
      });
      if (!repeats || !mayRepeat()) return unwrap(outcome);
    }
  }

  /** Does the work, and draws the conclusions before its place is free for the next. */
  async #tryOnce<Result>(
    work: () => Promise<Result>,
    findLimit: (outcome: WorkOutcome<Result>) => LimitFailure | undefined,
  ): Promise<{ readonly outcome: WorkOutcome<Result>; readonly repeats: boolean }> {
    const begunAtWaits = this.#state.waits;
    const outcome = await settle(work);
    const atMs = this.#now();
    const failure = findLimit(outcome);
    this.#apply(
      failure === undefined
        ? { type: "succeeded", atMs }
        : { type: "rejected", atMs, begunAtWaits, failure },
    );
    // A limit that tells no reset, and that nobody waits for, is the work's own failure.
    const isWaitedFor = this.#state.wait !== undefined || begunAtWaits !== this.#state.waits;
    return { outcome, repeats: failure !== undefined && isWaitedFor };
  }

  /** Begins the work once there is room and no limit, ahead of what has not had its turn yet. */
  async #whenRoom<Result>(
    { signal, waitedMs, round }: Entrance,
    begin: (limitMs: number) => Promise<Result>,
  ): Promise<Result> {
    signal?.throwIfAborted();
    const sinceMs = this.#now();
    // Nobody may have waited for the last limit to the end.
    if (sinceMs >= (this.#state.wait?.untilMs ?? Number.POSITIVE_INFINITY))
      this.#apply({ type: "clock", atMs: sinceMs });
    const waiting: Waiting = { sinceMs, waitedMs, limitMs: 0, left: new AbortController() };
    const leave = (): void => waiting.left.abort(signal?.reason);
    const enter = (): void => {
      signal?.removeEventListener("abort", leave);
      this.#waiting.delete(waiting);
      this.#watchClock();
    };
    signal?.addEventListener("abort", leave, { once: true });
    this.#waiting.add(waiting);
    this.#dismissImpatient();
    this.#watchClock();
    try {
      return await this.#queue.add(
        () => {
          enter();
          return begin(waiting.limitMs);
        },
        { signal: waiting.left.signal, priority: round },
      );
    } finally {
      enter();
    }
  }

  #apply(input: RateLimitInput): void {
    const { state, events } = reduceRateLimit(this.#state, input, this.#maxConcurrency);
    const over = this.#state.wait !== undefined && state.wait === undefined;
    if (over)
      for (const waiting of this.#waiting) waiting.limitMs += this.#waitOf(waiting, input.atMs);
    this.#state = state;
    for (const event of events) for (const listener of this.#listeners) listener(event);
    this.#queue.concurrency = state.concurrency;
    if (state.wait !== undefined) this.#queue.pause();
    else if (this.#queue.isPaused) this.#queue.start();
    this.#dismissImpatient();
    this.#watchClock();
  }

  /** Sends away, at once, whoever would have to wait for too long. */
  #dismissImpatient(): void {
    const { wait } = this.#state;
    if (wait === undefined) return;
    for (const waiting of this.#waiting) {
      const allMs = waiting.waitedMs + waiting.limitMs + this.#waitOf(waiting, wait.untilMs);
      if (allMs > this.#maxWaitMs)
        waiting.left.abort(new CodexError(buildGiveUp(wait, this.#maxWaitMs)));
    }
  }

  /** How much of the present wait somebody has had by then. */
  #waitOf({ sinceMs }: Waiting, untilMs: number): number {
    const startedAtMs = this.#state.wait?.startedAtMs ?? untilMs;
    return Math.max(0, untilMs - Math.max(sinceMs, startedAtMs));
  }

  /** Keeps a timer as long as somebody waits for a limit. It ticks, since a machine may sleep through a long one. */
  #watchClock(): void {
    const { wait } = this.#state;
    if (wait === undefined || this.#waiting.size === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      return;
    }
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#apply({ type: "clock", atMs: this.#now() });
      },
      Math.min(tickMs, Math.max(0, wait.untilMs - this.#now())),
    );
  }
}

const tickMs = 1_000;

interface Entrance {
  readonly signal: AbortSignal | undefined;
  /** What the work has waited for limits before. */
  readonly waitedMs: number;
  /** How often it has had its turn. */
  readonly round: number;
}

interface Waiting {
  readonly sinceMs: number;
  readonly waitedMs: number;
  /** What it has waited for limits since then. */
  limitMs: number;
  readonly left: AbortController;
}

function limitOfError(outcome: WorkOutcome<unknown>): LimitFailure | undefined {
  const failure =
    !outcome.ok && outcome.error instanceof CodexError ? outcome.error.failure : undefined;
  return isLimitFailure(failure) ? failure : undefined;
}

async function settle<Result>(work: () => Promise<Result>): Promise<WorkOutcome<Result>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error };
  }
}

function unwrap<Result>(outcome: WorkOutcome<Result>): Result {
  if (outcome.ok) return outcome.value;
  throw outcome.error;
}

function checkAtLeast(name: string, least: number, value: number): number {
  if (value >= least && (name !== "maxConcurrency" || Number.isSafeInteger(value))) return value;
  throw new RuntimeInputError(
    "invalid-limit",
    `Expected \`${name}\` to be a number from ${least}, got ${value}. Leave it out for the default.`,
  );
}
