import type { Limit } from "./limit.ts";
import type { RateLimitEvent } from "./rate-limit-event.ts";
import {
  findEnd,
  type Moment,
  type RateLimitState,
  type RateLimitTransition,
  reduceRateLimit,
} from "./rate-limit-state.ts";
import { findUsedUp, mergeWindows, type UsageWindow } from "./usage-window.ts";

export interface UsageReport<Met extends Limit = Limit> {
  readonly at: Moment;
  readonly windows: readonly UsageWindow[];
  readonly warnAtPercent: number;
  /** Gives the limit of a used-up window. */
  readonly describeUsedUp: (window: UsageWindow) => Met;
}

/**
 * The state after a report of the account. A used-up window holds work that has not started until the window resets; a
 * later report that the window is no longer used up ends the hold. Pure.
 */
export function reduceUsage<Met extends Limit>(
  state: RateLimitState<Met>,
  report: UsageReport<Met>,
  maxConcurrency: number,
): RateLimitTransition<Met> {
  const { at, warnAtPercent } = report;
  const atMs = at.wallMs;
  const { windows, fresh } = mergeWindows(state.windows, report.windows, warnAtPercent, at);
  // The account reports them with each response, and each thread repeats the report.
  const isNews = JSON.stringify(windows) !== JSON.stringify(state.windows);
  const events: readonly RateLimitEvent<Met>[] = [
    ...(isNews ? [{ type: "usage_reported", atMs, windows } as const] : []),
    ...fresh.map((window) => ({ type: "usage_warning", atMs, window }) as const),
  ];
  const released = release({ ...state, windows }, report);
  const held = hold(released.state, report, maxConcurrency);
  return { state: held.state, events: [...events, ...released.events, ...held.events] };
}

function hold<Met extends Limit>(
  state: RateLimitState<Met>,
  { at, windows, describeUsedUp }: UsageReport<Met>,
  maxConcurrency: number,
): RateLimitTransition<Met> {
  const usedUp = findUsedUp(windows, at.wallMs);
  // An account repeats its report with each response.
  const heldUntilMs = state.wait === undefined ? 0 : findEnd(state.wait, at).atMs;
  if (usedUp === undefined || heldUntilMs >= usedUp.resetsAtMs) return { state, events: [] };
  const failure = describeUsedUp(usedUp);
  const begunAtWaits = state.waits;
  const input = { type: "rejected", at, begunAtWaits, failure } as const;
  const next = reduceRateLimit(state, input, maxConcurrency);
  const { wait } = next.state;
  return wait === undefined
    ? next
    : { ...next, state: { ...next.state, wait: { ...wait, window: usedUp.name } } };
}

function release<Met extends Limit>(
  state: RateLimitState<Met>,
  { at, windows }: UsageReport<Met>,
): RateLimitTransition<Met> {
  const { wait, ...open } = state;
  const isLeft = windows.some(
    ({ name, usedPercent }) => name === wait?.window && usedPercent < 100,
  );
  if (wait === undefined || !isLeft) return { state, events: [] };
  const waitedMs = at.monotonicMs - wait.startedAtMs;
  return { state: open, events: [{ type: "wait_finished", atMs: at.wallMs, waitedMs }] };
}
