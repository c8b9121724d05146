import type { Limit } from "./limit.ts";
import type { RateLimitEvent } from "./rate-limit-event.ts";
import type { UsageWindow } from "./usage-window.ts";

/** The known limits, and their effect on work that has not started. */
export interface RateLimitState<Met extends Limit = Limit> {
  /** The number of pieces of work that may run at once. */
  readonly concurrency: number;
  /** Successes since the last change of the concurrency. */
  readonly successes: number;
  /** Rate limits in a row, for the backoff where the service gives no time. */
  readonly rejections: number;
  /** The number of waits so far: work of an earlier count started before the last of them. */
  readonly waits: number;
  /** As the account last reported them. */
  readonly windows: readonly UsageWindow[];
  /** Present while no work may start. */
  readonly wait?: LimitWait<Met>;
}

/** The end of a wait. */
export interface LimitEnd {
  /** On the monotonic clock, computed when the limit was met. */
  readonly untilMs: number;
  /** The reset that the service gave, since the epoch; absent where it gave a duration or nothing. */
  readonly resetsAtMs?: number;
}

interface LimitWait<Met extends Limit = Limit> extends LimitEnd {
  /** On the monotonic clock. */
  readonly startedAtMs: number;
  readonly failure: Met;
  /** The name of the window that the account reported as used up; absent where work met the limit. */
  readonly window?: string;
}

/** One moment, on both clocks of a governor. */
export interface Moment {
  readonly monotonicMs: number;
  /** Milliseconds since the epoch. */
  readonly wallMs: number;
}

export type RateLimitInput<Met extends Limit = Limit> =
  /** Work ended without meeting a limit. */
  | { readonly type: "succeeded"; readonly at: Moment }
  /** Work that started at `begunAtWaits` (a count of waits) met a limit and ended. */
  | {
      readonly type: "rejected";
      readonly at: Moment;
      readonly begunAtWaits: number;
      readonly failure: Met;
    }
  /** Work met a limit and continues by itself. */
  | { readonly type: "slowed"; readonly at: Moment; readonly failure: Met }
  | { readonly type: "clock"; readonly at: Moment };

export interface RateLimitTransition<Met extends Limit = Limit> {
  readonly state: RateLimitState<Met>;
  readonly events: readonly RateLimitEvent<Met>[];
}

export function initialRateLimitState<Met extends Limit>(
  maxConcurrency: number,
): RateLimitState<Met> {
  return { concurrency: maxConcurrency, successes: 0, rejections: 0, waits: 0, windows: [] };
}

/** The state after one more input, and its events. Pure. */
export function reduceRateLimit<Met extends Limit>(
  state: RateLimitState<Met>,
  input: RateLimitInput<Met>,
  maxConcurrency: number,
): RateLimitTransition<Met> {
  switch (input.type) {
    case "succeeded":
      return succeed(state, input.at.wallMs, maxConcurrency);
    case "rejected":
      return reject(state, input);
    case "slowed":
      return observe(lower(state, input.at.wallMs), input);
    case "clock":
      return passTime(state, input.at);
    default:
      return input satisfies never;
  }
}

/** Raises the concurrency by one after as many successes as the concurrency. */
function succeed<Met extends Limit>(
  state: RateLimitState<Met>,
  atMs: number,
  maxConcurrency: number,
): RateLimitTransition<Met> {
  const successes = state.successes + 1;
  const next = { ...state, successes, rejections: 0 };
  return successes < state.concurrency || state.concurrency >= maxConcurrency
    ? { state: next, events: [] }
    : adjust(next, state.concurrency + 1, atMs);
}

function reject<Met extends Limit>(
  state: RateLimitState<Met>,
  input: Extract<RateLimitInput<Met>, { type: "rejected" }>,
): RateLimitTransition<Met> {
  const { at, failure, begunAtWaits } = input;
  const isNews = begunAtWaits === state.waits;
  const slowed =
    isNews && failure.kind === "rate-limit" ? lower(state, at.wallMs) : { state, events: [] };
  const reset = findReset(state, input);
  // A wait has started or ended since: a limit of older work changes it only by a later end.
  if (reset === undefined || reset.untilMs <= (state.wait?.untilMs ?? at.monotonicMs))
    return observe(slowed, input);
  const rejections = slowed.state.rejections + (isNews ? 1 : 0);
  if (state.wait !== undefined)
    return observe(
      {
        ...slowed,
        state: {
          ...slowed.state,
          rejections,
          wait: { startedAtMs: state.wait.startedAtMs, ...reset, failure: state.wait.failure },
        },
      },
      input,
    );
  const wait = { startedAtMs: at.monotonicMs, ...reset, failure };
  return observe(
    {
      state: { ...slowed.state, rejections, waits: state.waits + 1, wait },
      events: [
        ...slowed.events,
        { type: "wait_started", atMs: at.wallMs, untilMs: findEnd(wait, at).atMs, failure },
      ],
    },
    input,
  );
}

/** The time at which work may start again; undefined where it is unknown, or where a later wait has replaced it. */
function findReset(
  state: RateLimitState,
  input: Extract<RateLimitInput, { type: "rejected" }>,
): LimitEnd | undefined {
  const { failure, at } = input;
  if (failure.kind === "usage-limit") {
    const { resetsAt } = failure;
    if (resetsAt?.atMs === undefined) return undefined;
    // A time in minutes is the beginning of the minute; the reset may be at its end.
    const { atMs, precision = "second" } = resetsAt;
    const resetsAtMs = atMs + (precision === "second" ? 1_000 : 60_000);
    return { untilMs: at.monotonicMs + resetsAtMs - at.wallMs, resetsAtMs };
  }
  if (input.begunAtWaits !== state.waits) return undefined;
  const backoffMs = Math.min(longestBackoffMs, firstBackoffMs * 2 ** state.rejections);
  return { untilMs: at.monotonicMs + Math.max(failure.retryAfterMs ?? 0, backoffMs) };
}

const firstBackoffMs = 1_000;
const longestBackoffMs = 60_000;

/**
 * The end of a wait, computed at a moment. The earlier of two times decides: the service's reset on the wall
 * clock, which continues while the machine sleeps, and the end on the monotonic clock, which cannot be set back.
 *
 * @returns `atMs` since the epoch, and the remaining milliseconds, 0 where the wait is over.
 */
export function findEnd(
  { untilMs, resetsAtMs = Number.POSITIVE_INFINITY }: LimitEnd,
  { monotonicMs, wallMs }: Moment,
): { readonly atMs: number; readonly remainingMs: number } {
  const remainingMs = Math.max(0, Math.min(untilMs - monotonicMs, resetsAtMs - wallMs));
  return { atMs: wallMs + remainingMs, remainingMs };
}

function passTime<Met extends Limit>(
  state: RateLimitState<Met>,
  at: Moment,
): RateLimitTransition<Met> {
  const { wait, ...open } = state;
  if (wait === undefined) return { state, events: [] };
  const { atMs: untilMs, remainingMs } = findEnd(wait, at);
  const atMs = at.wallMs;
  if (remainingMs > 0)
    return { state, events: [{ type: "wait_tick", atMs, untilMs, remainingMs }] };
  const waitedMs = at.monotonicMs - wait.startedAtMs;
  return { state: open, events: [{ type: "wait_finished", atMs, waitedMs }] };
}

function lower<Met extends Limit>(
  state: RateLimitState<Met>,
  atMs: number,
): RateLimitTransition<Met> {
  const to = Math.max(1, Math.floor(state.concurrency / 2));
  return to === state.concurrency
    ? { state: { ...state, successes: 0 }, events: [] }
    : adjust(state, to, atMs);
}

function adjust<Met extends Limit>(
  state: RateLimitState<Met>,
  to: number,
  atMs: number,
): RateLimitTransition<Met> {
  return {
    state: { ...state, concurrency: to, successes: 0 },
    events: [{ type: "concurrency_adjusted", atMs, from: state.concurrency, to }],
  };
}

function observe<Met extends Limit>(
  { state, events }: RateLimitTransition<Met>,
  { at, failure }: { readonly at: Moment; readonly failure: Met },
): RateLimitTransition<Met> {
  const observed = { type: "rate_limit_observed", atMs: at.wallMs, failure } as const;
  return { state, events: [observed, ...events] };
}
