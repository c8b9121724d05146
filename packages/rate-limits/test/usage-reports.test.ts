import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type Limit,
  LimitError,
  RateLimitGovernor,
  type RateLimitEvent,
  type UsageWindow,
} from "../src/index.ts";
import { reading, Refusal } from "./refusals.ts";

/** A minute before the reset that the account names. */
const noonMs = Date.UTC(2026, 10, 22, 12, 0, 0);
const resetMs = noonMs + 60_000;

beforeEach(() => {
  vi.useFakeTimers({ now: noonMs });
});
afterEach(() => {
  vi.useRealTimers();
});

function fiveHours(usedPercent: number, resetsAtMs = resetMs): UsageWindow {
  return { name: "five hours", usedPercent, windowMinutes: 300, resetsAtMs };
}

const usedUp = ({ name, resetsAtMs = 0 }: UsageWindow): Limit => ({
  kind: "usage-limit",
  message: `Used up: ${name}`,
  resetsAt: { atMs: resetsAtMs },
});

function record(governor: RateLimitGovernor): RateLimitEvent[] {
  const events: RateLimitEvent[] = [];
  governor.subscribe((event) => events.push(event));
  return events;
}

const begunAt = (): Promise<number> => Promise.resolve(Date.now());
const types = (events: readonly RateLimitEvent[]): readonly string[] =>
  events.map(({ type }) => type).filter((type) => type !== "wait_tick");

describe("a window that the account reports as used up", () => {
  test("holds what has not begun until it resets, and what runs goes on", async () => {
    const governor = new RateLimitGovernor(reading);
    const events = record(governor);
    const running = Promise.withResolvers<string>();
    const begun = governor.run(() => running.promise);
    governor.reportUsage([fiveHours(100)], usedUp);
    const held = governor.run(begunAt);
    running.resolve("done");
    expect(await begun).toBe("done");
    await vi.advanceTimersByTimeAsync(61_500);
    expect(await held).toBe(resetMs + 1_000);
    expect(types(events)).toEqual([
      "usage_reported",
      "usage_warning",
      "rate_limit_observed",
      "wait_started",
      "wait_finished",
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is waited out once, however often the account repeats its report", async () => {
    const governor = new RateLimitGovernor(reading);
    const events = record(governor);
    for (let n = 0; n < 5; n += 1) governor.reportUsage([fiveHours(100)], usedUp);
    const held = governor.run(begunAt);
    await vi.advanceTimersByTimeAsync(61_500);
    expect(await held).toBe(resetMs + 1_000);
    const count = (type: string): number => types(events).filter((each) => each === type).length;
    expect([count("usage_reported"), count("usage_warning"), count("wait_started")]).toEqual([
      1, 1, 1,
    ]);
  });

  test("is the reason why work fails that may not wait so long", async () => {
    const governor = new RateLimitGovernor({ ...reading, maxWaitMs: 30_000 });
    governor.reportUsage([fiveHours(100)], usedUp);
    await expect(governor.run(begunAt)).rejects.toThrow(LimitError);
  });

  test("holds until the last of two used-up windows resets", async () => {
    const governor = new RateLimitGovernor(reading);
    const week = { name: "week", usedPercent: 100, resetsAtMs: resetMs + 60_000 };
    governor.reportUsage([week, fiveHours(100)], usedUp);
    const held = governor.run(begunAt);
    await vi.advanceTimersByTimeAsync(130_000);
    expect(await held).toBe(resetMs + 61_000);
  });

  test("holds nobody once a later report says that something is left", async () => {
    const governor = new RateLimitGovernor(reading);
    governor.reportUsage([fiveHours(100)], usedUp);
    const held = governor.run(begunAt);
    await vi.advanceTimersByTimeAsync(5_000);
    governor.reportUsage([{ name: "another", usedPercent: 10 }], usedUp);
    expect(governor.load.waiting).toBe(1);
    governor.reportUsage([fiveHours(0)], usedUp);
    expect(await held).toBe(noonMs + 5_000);
  });

  test("holds nobody where the account works on with credits, after its reset, and without a reset", async () => {
    const governor = new RateLimitGovernor(reading);
    governor.reportUsage([{ ...fiveHours(100), hasCredits: true }], usedUp);
    governor.reportUsage([fiveHours(100, noonMs)], usedUp);
    governor.reportUsage([{ name: "no reset", usedPercent: 100 }], usedUp);
    expect(await governor.run(begunAt)).toBe(noonMs);
  });
});

test("a report does not end the wait for a limit that work met", async () => {
  const governor = new RateLimitGovernor(reading);
  const refusal = new Refusal(usedUp(fiveHours(100)));
  const once = governor.run(() => Promise.reject(refusal), { mayRepeat: () => false });
  await expect(once).rejects.toBe(refusal);
  const held = governor.run(begunAt);
  governor.reportUsage([fiveHours(50)], usedUp);
  expect(governor.load.waiting).toBe(1);
  await vi.advanceTimersByTimeAsync(61_500);
  expect(await held).toBe(resetMs + 1_000);
});

describe("the windows of a governor", () => {
  test("are those of the last reports, each by its name", () => {
    const governor = new RateLimitGovernor(reading);
    expect(governor.windows).toEqual([]);
    governor.reportUsage([fiveHours(10), { name: "week", usedPercent: 5 }], usedUp);
    governor.reportUsage([fiveHours(20)], usedUp);
    expect(governor.windows).toEqual([fiveHours(20), { name: "week", usedPercent: 5 }]);
  });

  test("are warned of once they reach the threshold, and again after their reset", () => {
    const governor = new RateLimitGovernor({ ...reading, warnAtPercent: 80 });
    const events = record(governor);
    for (const usedPercent of [79, 80, 95]) governor.reportUsage([fiveHours(usedPercent)], usedUp);
    vi.setSystemTime(resetMs + 1_000);
    governor.reportUsage([fiveHours(85, resetMs + 300_000)], usedUp);
    expect(events.filter(({ type }) => type === "usage_warning")).toEqual([
      { type: "usage_warning", atMs: noonMs, window: fiveHours(80) },
      {
        type: "usage_warning",
        atMs: resetMs + 1_000,
        window: fiveHours(85, resetMs + 300_000),
      },
    ]);
  });

  test.each([0, 101, 1.5])("cannot be warned of at %s percent", (warnAtPercent) => {
    expect(() => new RateLimitGovernor({ ...reading, warnAtPercent })).toThrow(
      `Expected \`warnAtPercent\` to be a whole number from 1 to 100, got ${warnAtPercent}.`,
    );
  });
});
