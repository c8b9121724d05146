import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { longestTimerMs, settleWithin, startTimer, wait } from "../src/index.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const dayMs = 24 * 60 * 60 * 1_000;

test.each([0, 1, longestTimerMs, longestTimerMs + 1, 60 * dayMs])(
  "a timer of %d ms fires once, when its time has come",
  async (delayMs) => {
    const fired = vi.fn<() => void>();
    startTimer(fired, delayMs);
    if (delayMs > 0) await vi.advanceTimersByTimeAsync(delayMs - 1);
    expect(fired).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(dayMs);
    expect(fired).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  },
);

test("a timer that is disposed never fires, in whichever part of its time", async () => {
  const fired = vi.fn<() => void>();
  const timers = [startTimer(fired, 60 * dayMs), startTimer(fired, 60 * dayMs)];
  timers[0]?.[Symbol.dispose]();
  await vi.advanceTimersByTimeAsync(30 * dayMs);
  timers[1]?.[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(60 * dayMs);
  expect(fired).not.toHaveBeenCalled();
});

test("a time that is over already fires at once", async () => {
  const fired = vi.fn<() => void>();
  startTimer(fired, -5 * dayMs);
  await vi.advanceTimersByTimeAsync(1);
  expect(fired).toHaveBeenCalledOnce();
});

test.each([
  ["a wait", () => wait(30 * dayMs, undefined)],
  ["patience", () => settleWithin(new Promise(() => {}), 30 * dayMs)],
])("%s of thirty days lasts for thirty days", async (_, start) => {
  const over = vi.fn<() => void>();
  void start().then(over);
  await vi.advanceTimersByTimeAsync(30 * dayMs - 1);
  expect(over).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(over).toHaveBeenCalledOnce();
});
