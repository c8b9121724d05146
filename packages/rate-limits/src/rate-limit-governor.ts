import { type Clock, resolveClock, startTimer } from "@ktx/timers";
import { type GiveUp, LimitError } from "./give-up.ts";
import {
  checkWhole,
  type GovernedWork,
  type RateLimitGovernorOptions,
  warnOfListener,
} from "./governor-options.ts";
import type { Limit } from "./limit.ts";
import { Listeners } from "./listeners.ts";
import { Places } from "./places.ts";
import type { RateLimitEvent } from "./rate-limit-event.ts";
import { reduceUsage } from "./reduce-usage.ts";
import type { UsageWindow } from "./usage-window.ts";
import {
  findEnd,
  initialRateLimitState,
  type Moment,
  type RateLimitInput,
  type RateLimitState,
  type RateLimitTransition,
  reduceRateLimit,
} from "./rate-limit-state.ts";
import type { Entrance, Waiting } from "./waiting.ts";
import { settle, unwrap, type WorkOutcome } from "./work-outcome.ts";

/**
 * Applies one account's limits to all work of a process: it bounds the concurrency, lowers it after a rate limit,
 * and starts nothing before a limit resets.
 *
 * Work that met a limit is repeated after the wait. Nested work (started inside other work) may run in the place
 * of its caller, so it cannot wait for itself. The governor holds no timer while nothing waits.
 */
export class RateLimitGovernor<Met extends Limit = Limit> {
  readonly #places: Places;
  readonly #maxConcurrency: number;
  readonly #maxWaitMs: number;
  readonly #warnAtPercent: number;
  readonly #clock: Clock;
  readonly #options: RateLimitGovernorOptions<Met>;
  readonly #listeners: Listeners<RateLimitEvent<Met>>;
  readonly #waiting = new Set<Waiting>();
  #state: RateLimitState<Met>;
  #timer: Disposable | undefined;

  /** @throws {RangeError} for a bound that is not a whole number of its range. */
  constructor(options: RateLimitGovernorOptions<Met>) {
    const { maxConcurrency = 4, maxWaitMs = 21_600_000, warnAtPercent = 90 } = options;
    this.#maxConcurrency = checkWhole("maxConcurrency", maxConcurrency, 1);
    this.#maxWaitMs = checkWhole("maxWaitMs", maxWaitMs, 0);
    this.#warnAtPercent = checkWhole("warnAtPercent", warnAtPercent, 1, 100);
    this.#options = options;
    this.#listeners = new Listeners(options.onListenerError ?? warnOfListener);
    this.#clock = resolveClock(options);
    this.#state = initialRateLimitState(this.#maxConcurrency);
    this.#places = new Places(this.#maxConcurrency);
  }

  /** The present concurrency limit, and the numbers of running and waiting pieces of work. */
  get load(): { readonly concurrency: number; readonly running: number; readonly waiting: number } {
    return {
      concurrency: this.#state.concurrency,
      running: this.#places.running,
      waiting: this.#waiting.size,
    };
  }

  /** Milliseconds that one piece of work may wait for limits in all. */
  get maxWaitMs(): number {
    return this.#maxWaitMs;
  }

  /** The windows of the account's quota, as last reported; empty before the first report. */
  get windows(): readonly UsageWindow[] {
    return this.#state.windows;
  }

  /**
   * Calls the listener with each event from now on. Its errors and rejections go to `onListenerError`.
   *
   * @returns a function that ends the subscription.
   */
  subscribe(listener: (event: RateLimitEvent<Met>) => unknown): () => void {
    return this.#listeners.add(listener);
  }

  /** Reports a limit that some work met and recovers from by itself. Lowers the concurrency. */
  observe(failure: Met): void {
    this.#apply({ type: "slowed", at: this.#moment(), failure });
  }

  /**
   * Reports the use of the account's quota. A window at 100 % without credits holds work that has not started until the
   * window resets, unless a later report shows a use below 100 %.
   *
   * @param describeUsedUp Returns the limit of a used-up window.
   */
  reportUsage(windows: readonly UsageWindow[], describeUsedUp: (window: UsageWindow) => Met): void {
    const at = this.#moment();
    const report = { at, windows, warnAtPercent: this.#warnAtPercent, describeUsedUp };
    this.#enter(reduceUsage(this.#state, report, this.#maxConcurrency), at);
  }

  /**
   * Runs the work when there is a free place, and again after each limit that has a known end.
   *
   * @throws the error of the work; the signal's reason when it fires while the work waits; the error that
   * `buildError` makes when the wait would be longer than `maxWaitMs`.
   */
  async run<Result>(
    work: () => Promise<Result>,
    { signal, findLimit = this.#limitOf, mayRepeat = () => true }: GovernedWork<Result, Met> = {},
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

  readonly #limitOf = (outcome: WorkOutcome<unknown>): Met | undefined =>
    outcome.ok ? undefined : this.#options.findLimit(outcome.error);

  /** Runs the work once, and updates the state before its place is free for the next. */
  async #tryOnce<Result>(
    work: () => Promise<Result>,
    findLimit: (outcome: WorkOutcome<Result>) => Met | undefined,
  ): Promise<{ readonly outcome: WorkOutcome<Result>; readonly repeats: boolean }> {
    const begunAtWaits = this.#state.waits;
    const outcome = await settle(work);
    const at = this.#moment();
    const failure = findLimit(outcome);
    this.#apply(
      failure === undefined
        ? { type: "succeeded", at }
        : { type: "rejected", at, begunAtWaits, failure },
    );
    // A limit without a known end, for which no wait started, is the work's own failure.
    const isWaitedFor = this.#state.wait !== undefined || begunAtWaits !== this.#state.waits;
    return { outcome, repeats: failure !== undefined && isWaitedFor };
  }

  /** Starts the work once there is a free place and no limit; repeated work goes ahead of new work. */
  async #whenRoom<Result>(
    { signal, waitedMs, round }: Entrance,
    begin: (limitMs: number) => Promise<Result>,
  ): Promise<Result> {
    signal?.throwIfAborted();
    const at = this.#moment();
    const sinceMs = at.monotonicMs;
    const { wait } = this.#state;
    // The last limit may have ended without any waiting work.
    if (wait !== undefined && findEnd(wait, at).remainingMs === 0)
      this.#apply({ type: "clock", at });
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
      return await this.#places.run(
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

  #apply(input: RateLimitInput<Met>): void {
    this.#enter(reduceRateLimit(this.#state, input, this.#maxConcurrency), input.at);
  }

  #enter({ state, events }: RateLimitTransition<Met>, { monotonicMs }: Moment): void {
    const over = this.#state.wait !== undefined && state.wait === undefined;
    if (over)
      for (const waiting of this.#waiting) waiting.limitMs += this.#waitOf(waiting, monotonicMs);
    this.#state = state;
    for (const event of events) this.#listeners.tell(event);
    this.#places.count = state.concurrency;
    if (state.wait === undefined) this.#places.open();
    else this.#places.close();
    this.#dismissImpatient();
    this.#watchClock();
  }

  /** Ends, at once, the waiting of all work that would have to wait longer than allowed. */
  #dismissImpatient(): void {
    const { wait } = this.#state;
    if (wait === undefined) return;
    const { buildError = (giveUp: GiveUp<Met>) => new LimitError(giveUp) } = this.#options;
    for (const waiting of this.#waiting) {
      const hadMs = waiting.waitedMs + waiting.limitMs;
      if (hadMs + this.#waitOf(waiting, wait.untilMs) <= this.#maxWaitMs) continue;
      const { failure } = wait;
      const { atMs: untilMs, remainingMs } = findEnd(wait, this.#moment());
      const maxWaitMs = this.#maxWaitMs;
      waiting.left.abort(buildError({ failure, untilMs, remainingMs, maxWaitMs }));
    }
  }

  /** The part of the present wait that has passed for this work. */
  #waitOf({ sinceMs }: Waiting, untilMs: number): number {
    const startedAtMs = this.#state.wait?.startedAtMs ?? untilMs;
    return Math.max(0, untilMs - Math.max(sinceMs, startedAtMs));
  }

  /** Keeps a timer while work waits for a limit. It ticks, since a machine may sleep during a long wait. */
  #watchClock(): void {
    const { wait } = this.#state;
    if (wait === undefined || this.#waiting.size === 0) {
      this.#timer?.[Symbol.dispose]();
      this.#timer = undefined;
      return;
    }
    this.#timer ??= startTimer(
      () => {
        this.#timer = undefined;
        this.#apply({ type: "clock", at: this.#moment() });
      },
      Math.min(tickMs, findEnd(wait, this.#moment()).remainingMs),
    );
  }

  #moment(): Moment {
    return { monotonicMs: this.#clock.monotonicNow(), wallMs: this.#clock.now() };
  }
}

const tickMs = 1_000;
