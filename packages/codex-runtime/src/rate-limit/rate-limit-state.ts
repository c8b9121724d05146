import type { LimitFailure } from "./limit-failure.ts";
import type { RateLimitEvent } from "./rate-limit-event.ts";

/** What is known of the limits, and what follows from it for work that has not begun. */
export interface RateLimitState {
  /** How much may run at once. */
  readonly concurrency: number;
  /** Successes since the last change of the concurrency. */
  readonly successes: number;
  /** Rate limits in a row, for a back-off where the service names no time. */
  readonly rejections: number;
  /** How many waits have begun: work of an earlier count was begun before the last of them. */
  readonly waits: number;
  /** Present while nothing may begin. */
  readonly wait?: LimitWait;
}

export interface LimitWait {
  readonly startedAtMs: number;
  readonly untilMs: number;
  readonly failure: LimitFailure;
}

export type RateLimitInput =
  /** Work that had begun at this count of waits ended without meeting a limit. */
  | { readonly type: "succeeded"; readonly atMs: number }
  /** Work that had begun at this count of waits met a limit and ended. */
  | {
      readonly type: "rejected";
      readonly atMs: number;
      readonly begunAtWaits: number;
      readonly failure: LimitFailure;
    }
  /** Work met a limit and goes on by itself. */
  | { readonly type: "slowed"; readonly atMs: number; readonly failure: LimitFailure }
  | { readonly type: "clock"; readonly atMs: number };

export interface RateLimitTransition {
  readonly state: RateLimitState;
  readonly events: readonly RateLimitEvent[];
}

export function initialRateLimitState(maxConcurrency: number): RateLimitState {
  return { concurrency: maxConcurrency, successes: 0, rejections: 0, waits: 0 };
}

/** The state after one more input, and what there is to tell of it. Pure. */
export function reduceRateLimit(
  state: RateLimitState,
  input: RateLimitInput,
  maxConcurrency: number,
): RateLimitTransition {
  switch (input.type) {
    case "succeeded":
      return succeed(state, input.atMs, maxConcurrency);
    case "rejected":
      return reject(state, input);
    case "slowed":
      return observe(lower(state, input.atMs), input);
    case "clock":
      return passTime(state, input.atMs);
    default:
      return input satisfies never;
  }
}

/** One more at once after as many successes as may run at once. */
function succeed(state: RateLimitState, atMs: number, maxConcurrency: number): RateLimitTransition {
  const successes = state.successes + 1;
  const next = { ...state, successes, rejections: 0 };
  return successes < state.concurrency || state.concurrency >= maxConcurrency
    ? { state: next, events: [] }
    : adjust(next, state.concurrency + 1, atMs);
}

function reject(
  state: RateLimitState,
  input: Extract<RateLimitInput, { type: "rejected" }>,
): RateLimitTransition {
  const { atMs, failure, begunAtWaits } = input;
  const isNews = begunAtWaits === state.waits;
  const slowed =
    isNews && failure.kind === "rate-limit" ? lower(state, atMs) : { state, events: [] };
  const untilMs = findReset(state, input);
  // A wait is on already, or is over: what was begun before it tells nothing new, unless it names a later time.
  if (untilMs === undefined || untilMs <= (state.wait?.untilMs ?? atMs))
    return observe(slowed, input);
  const rejections = slowed.state.rejections + (isNews ? 1 : 0);
  if (state.wait !== undefined)
    return observe(
      { ...slowed, state: { ...slowed.state, rejections, wait: { ...state.wait, untilMs } } },
      input,
    );
  const wait = { startedAtMs: atMs, untilMs, failure };
  return observe(
    {
      state: { ...slowed.state, rejections, waits: state.waits + 1, wait },
      events: [...slowed.events, { type: "wait_started", atMs, untilMs, failure }],
    },
    input,
  );
}

/** When work may begin again; undefined where nothing tells, or where it is old news. */
function findReset(
  state: RateLimitState,
  input: Extract<RateLimitInput, { type: "rejected" }>,
): number | undefined {
  const { failure, atMs } = input;
  if (failure.kind === "usage-limit") {
    const { resetsAt } = failure;
    if (resetsAt?.atMs === undefined) return undefined;
    // A time in minutes is that of the minute's beginning, and the reset may be at its end.
    return resetsAt.atMs + (resetsAt.precision === "second" ? 1_000 : 60_000);
  }
  if (input.begunAtWaits !== state.waits) return undefined;
  const backoffMs = Math.min(longestBackoffMs, firstBackoffMs * 2 ** state.rejections);
  return atMs + Math.max(failure.retryAfterMs ?? 0, backoffMs);
}

const firstBackoffMs = 1_000;
const longestBackoffMs = 60_000;

function passTime(state: RateLimitState, atMs: number): RateLimitTransition {
  const { wait, ...open } = state;
  if (wait === undefined) return { state, events: [] };
  const { startedAtMs, untilMs } = wait;
  return atMs < untilMs
    ? { state, events: [{ type: "wait_tick", atMs, untilMs, remainingMs: untilMs - atMs }] }
    : { state: open, events: [{ type: "wait_finished", atMs, waitedMs: atMs - startedAtMs }] };
}

function lower(state: RateLimitState, atMs: number): RateLimitTransition {
  const to = Math.max(1, Math.floor(state.concurrency / 2));
  return to === state.concurrency
    ? { state: { ...state, successes: 0 }, events: [] }
    : adjust(state, to, atMs);
}

function adjust(state: RateLimitState, to: number, atMs: number): RateLimitTransition {
  return {
    state: { ...state, concurrency: to, successes: 0 },
    events: [{ type: "concurrency_adjusted", atMs, from: state.concurrency, to }],
  };
}

function observe(
  { state, events }: RateLimitTransition,
  { atMs, failure }: { readonly atMs: number; readonly failure: LimitFailure },
): RateLimitTransition {
  return { state, events: [{ type: "rate_limit_observed", atMs, failure }, ...events] };
}
