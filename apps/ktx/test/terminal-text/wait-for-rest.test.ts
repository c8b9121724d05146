import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { waitForRest } from "../../src/terminal/wait-for-rest.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = new AbortController().signal;

/** Milliseconds until the wait has ended. */
async function lengthOf(wait: Promise<void>): Promise<number> {
  const startedAtMs = performance.now();
  const ended = wait.then(() => performance.now() - startedAtMs);
  await vi.runAllTimersAsync();
  return await ended;
}

test("something that rests is not waited for", async () => {
  await waitForRest(() => 0, never);
  expect(vi.getTimerCount()).toBe(0);
});

test("the wait is as long as the time that is left, also where that becomes longer meanwhile", async () => {
  const restsAtMs = [250, 400, 0];
  expect(await lengthOf(waitForRest(() => restsAtMs.shift() ?? 0, never))).toBe(650);
});

test("something that never rests is waited for two seconds", async () => {
  expect(await lengthOf(waitForRest(() => 250, never))).toBe(2_000);
});

test("an abort ends the wait at once and leaves no timer", async () => {
  const stop = new AbortController();
  const wait = waitForRest(() => 250, stop.signal);
  stop.abort();
  await wait;
  expect(vi.getTimerCount()).toBe(0);
  await waitForRest(() => 250, stop.signal);
});
