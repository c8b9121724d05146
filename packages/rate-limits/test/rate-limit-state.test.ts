import { describe, expect, test } from "vitest";
import type { Limit } from "../src/index.ts";
import {
  initialRateLimitState,
  type Moment,
  type RateLimitInput,
  type RateLimitState,
  type RateLimitTransition,
  reduceRateLimit,
} from "../src/rate-limit-state.ts";

const maxConcurrency = 8;
const fresh = initialRateLimitState(maxConcurrency);

const usageLimit = (
  atMs?: number,
  precision: "second" | "minute" | "time-of-day" = "second",
): Limit => ({
  kind: "usage-limit",
  message: "You've hit your usage limit.",
  resetsAt: { precision, ...(atMs !== undefined && { atMs }) },
});

const rateLimit = (retryAfterMs?: number): Limit => ({
  kind: "rate-limit",
  message: "slow down",
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

/** Where both clocks have shown the same from the start. */
const moment = (atMs: number): Moment => ({ monotonicMs: atMs, wallMs: atMs });

const rejected = (failure: Limit, atMs: number, begunAtWaits = 0): RateLimitInput => ({
  type: "rejected",
  at: moment(atMs),
  begunAtWaits,
  failure,
});
const succeeded = (atMs: number): RateLimitInput => ({ type: "succeeded", at: moment(atMs) });
const clock = (atMs: number): RateLimitInput => ({ type: "clock", at: moment(atMs) });

/** The state after these inputs, with all that was told on the way. */
function after(
  inputs: readonly RateLimitInput[],
  state: RateLimitState = fresh,
): RateLimitTransition {
  let transition: RateLimitTransition = { state, events: [] };
  for (const input of inputs) {
    const next = reduceRateLimit(transition.state, input, maxConcurrency);
    transition = { state: next.state, events: [...transition.events, ...next.events] };
  }
  return transition;
}

describe("a usage limit", () => {
  test("is waited out until its reset, and a second more", () => {
    const failure = usageLimit(90_000);
    expect(after([rejected(failure, 1_000)])).toEqual({
      state: {
        ...fresh,
        rejections: 1,
        waits: 1,
        wait: { startedAtMs: 1_000, untilMs: 91_000, resetsAtMs: 91_000, failure },
      },
      events: [
        { type: "rate_limit_observed", atMs: 1_000, failure },
        { type: "wait_started", atMs: 1_000, untilMs: 91_000, failure },
      ],
    });
  });

  test.each(["minute", "time-of-day"] as const)(
    "that is told to the %s is waited out to the end of its minute",
    (precision) => {
      const { state } = after([rejected(usageLimit(60_000, precision), 70_000)]);
      expect(state.wait?.untilMs).toBe(120_000);
    },
  );

  test("that tells no time begins no wait", () => {
    expect(after([rejected(usageLimit(), 1_000)])).toEqual({
      state: fresh,
      events: [{ type: "rate_limit_observed", atMs: 1_000, failure: usageLimit() }],
    });
  });

  test("that has reset already begins no wait", () => {
    const { state } = after([rejected(usageLimit(10_000), 50_000)]);
    expect(state.wait).toBeUndefined();
  });

  test("that several meet at once is one wait", () => {
    const { state, events } = after([
      rejected(usageLimit(90_000), 1_000),
      rejected(usageLimit(90_000), 1_100),
      rejected(usageLimit(90_000), 1_200),
    ]);
    expect(state).toMatchObject({ waits: 1, wait: { untilMs: 91_000 } });
    expect(events.filter(({ type }) => type === "wait_started")).toHaveLength(1);
    expect(events.filter(({ type }) => type === "rate_limit_observed")).toHaveLength(3);
  });

  test("that is told to last longer makes the same wait longer", () => {
    const { state, events } = after([
      rejected(usageLimit(90_000), 1_000),
      rejected(usageLimit(120_000), 1_100),
    ]);
    expect(state.wait).toMatchObject({ startedAtMs: 1_000, untilMs: 121_000 });
    expect(events.filter(({ type }) => type === "wait_started")).toHaveLength(1);
  });

  test("of before the wait, told after it, begins no other", () => {
    const { state } = after([
      rejected(usageLimit(90_000), 1_000),
      clock(91_000),
      rejected(usageLimit(90_000), 92_000, 0),
    ]);
    expect(state).toMatchObject({ waits: 1 });
    expect(state.wait).toBeUndefined();
  });

  test("changes nothing about how much may run at once", () => {
    expect(after([rejected(usageLimit(90_000), 1_000)]).state.concurrency).toBe(8);
  });
});

describe("a wait", () => {
  const waiting = after([rejected(usageLimit(90_000), 1_000)]).state;

  test("tells how long it still is", () => {
    expect(after([clock(31_000)], waiting)).toEqual({
      state: waiting,
      events: [{ type: "wait_tick", atMs: 31_000, untilMs: 91_000, remainingMs: 60_000 }],
    });
  });

  test("is over when its time has come, or when the clock has jumped past it", () => {
    for (const atMs of [91_000, 500_000]) {
      const { state, events } = after([clock(atMs)], waiting);
      expect(state.wait).toBeUndefined();
      expect(events).toEqual([{ type: "wait_finished", atMs, waitedMs: atMs - 1_000 }]);
    }
  });

  test("that is not there is not told of", () => {
    expect(after([clock(5_000)])).toEqual({ state: fresh, events: [] });
  });
});

describe("a rate limit", () => {
  test("halves what may run at once, down to one", () => {
    const concurrencies: number[] = [];
    let state = fresh;
    for (let waits = 0; waits < 5; waits += 1) {
      state = after(
        [rejected(rateLimit(), waits * 100_000, waits), clock((waits + 1) * 100_000)],
        state,
      ).state;
      concurrencies.push(state.concurrency);
    }
    expect(concurrencies).toEqual([4, 2, 1, 1, 1]);
  });

  test("is waited out for as long as the service asks", () => {
    const { state } = after([rejected(rateLimit(20_000), 1_000)]);
    expect(state.wait?.untilMs).toBe(21_000);
  });

  test("is waited out for twice as long each time that nothing went well in between, up to a minute", () => {
    const waitedMs: number[] = [];
    let state = fresh;
    for (let waits = 0; waits < 8; waits += 1) {
      const atMs = waits * 100_000;
      state = after([rejected(rateLimit(), atMs, waits)], state).state;
      waitedMs.push((state.wait?.untilMs ?? 0) - atMs);
      state = after([clock(atMs + 99_000)], state).state;
    }
    expect(waitedMs).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    state = after([succeeded(900_000), rejected(rateLimit(), 901_000, 8)], state).state;
    expect(state.wait?.untilMs).toBe(902_000);
  });

  test("of before a wait is no news", () => {
    const first = after([rejected(rateLimit(), 1_000), clock(2_000)]).state;
    const { state, events } = after([rejected(rateLimit(), 3_000, 0)], first);
    expect(state).toEqual(first);
    expect(events).toMatchObject([{ type: "rate_limit_observed" }]);
  });

  test("that the work passes by itself lowers what may run at once, without a wait", () => {
    const failure = rateLimit();
    expect(after([{ type: "slowed", at: moment(5), failure }])).toEqual({
      state: { ...fresh, concurrency: 4 },
      events: [
        { type: "rate_limit_observed", atMs: 5, failure },
        { type: "concurrency_adjusted", atMs: 5, from: 8, to: 4 },
      ],
    });
  });
});

test("after as many successes as may run at once one more may, up to the most", () => {
  const low = { ...fresh, concurrency: 6 };
  const inputs = Array.from({ length: 6 + 7 + 20 }, (_, index) => succeeded(index));
  const { state, events } = after(inputs, low);
  expect(state.concurrency).toBe(8);
  expect(events).toEqual([
    { type: "concurrency_adjusted", atMs: 5, from: 6, to: 7 },
    { type: "concurrency_adjusted", atMs: 12, from: 7, to: 8 },
  ]);
});
