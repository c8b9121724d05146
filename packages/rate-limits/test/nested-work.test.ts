import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RateLimitGovernor } from "../src/index.ts";
import { reading, slowDown } from "./refusals.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs work of 100 ms, and tells how much of it ran at once. */
function workload(): { work: () => Promise<string>; readonly most: () => number } {
  let running = 0;
  let most = 0;
  return {
    work: async () => {
      running += 1;
      most = Math.max(most, running);
      await pass(100);
      running -= 1;
      return "done";
    },
    most: () => most,
  };
}

describe("work inside of work, where one place is all there is", () => {
  test.each([1, 2, 5])("runs in the place of its caller, %d deep", async (depth) => {
    const governor = new RateLimitGovernor({ ...reading, maxConcurrency: 1 });
    const dig = (left: number): Promise<string> =>
      left === 0 ? Promise.resolve("deep") : governor.run(() => dig(left - 1));
    const found = governor.run(() => dig(depth));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await found).toBe("deep");
    expect(governor.load).toMatchObject({ running: 0, waiting: 0 });
  });

  test("runs one piece after the other, and before what waits outside", async () => {
    const governor = new RateLimitGovernor({ ...reading, maxConcurrency: 1 });
    const { work, most } = workload();
    const ends: string[] = [];
    const outer = governor.run(async () => {
      await Promise.all([1, 2, 3].map(() => governor.run(work)));
      ends.push("outer");
    });
    const other = governor.run(work).then(() => ends.push("other"));
    await vi.advanceTimersByTimeAsync(1_000);
    await Promise.all([outer, other]);
    expect(most()).toBe(1);
    expect(ends).toEqual(["outer", "other"]);
  });

  test("waits for a limit that it meets, and its caller with it", async () => {
    const governor = new RateLimitGovernor({ ...reading, maxConcurrency: 1 });
    let tries = 0;
    const limited = (): Promise<string> => {
      tries += 1;
      return tries === 1 ? Promise.reject(slowDown()) : Promise.resolve("late");
    };
    const found = governor.run(() => governor.run(limited));
    await vi.advanceTimersByTimeAsync(900);
    expect(tries).toBe(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(await found).toBe("late");
  });

  test("that nobody waited for takes a place like any other once its caller is done", async () => {
    const governor = new RateLimitGovernor({ ...reading, maxConcurrency: 1 });
    const { work, most } = workload();
    let left: Promise<unknown> = Promise.resolve();
    await governor.run(() => {
      left = pass(50).then(() => Promise.all([governor.run(work), governor.run(work)]));
      return Promise.resolve();
    });
    const other = governor.run(work);
    await vi.advanceTimersByTimeAsync(1_000);
    await Promise.all([left, other]);
    expect(most()).toBe(1);
  });

  test("is given up with the signal's reason", async () => {
    const governor = new RateLimitGovernor({ ...reading, maxConcurrency: 1 });
    const caller = new AbortController();
    const reason = new Error("enough");
    const { work } = workload();
    const ends = governor.run(() =>
      Promise.allSettled([governor.run(work), governor.run(work, { signal: caller.signal })]),
    );
    await vi.advanceTimersByTimeAsync(50);
    caller.abort(reason);
    await vi.advanceTimersByTimeAsync(100);
    expect(await ends).toEqual([
      { status: "fulfilled", value: "done" },
      { status: "rejected", reason },
    ]);
    expect(governor.load).toEqual({ concurrency: 1, running: 0, waiting: 0 });
  });
});

test("work inside of work uses the free places, too", async () => {
  const governor = new RateLimitGovernor({ ...reading, maxConcurrency: 3 });
  const { work, most } = workload();
  const outer = governor.run(() => Promise.all([1, 2, 3, 4, 5, 6].map(() => governor.run(work))));
  await vi.advanceTimersByTimeAsync(1_000);
  await outer;
  expect(most()).toBe(3);
});

test("two governors do not know of each other's work", async () => {
  const one = new RateLimitGovernor({ ...reading, maxConcurrency: 1 });
  const other = new RateLimitGovernor({ ...reading, maxConcurrency: 1 });
  const found = one.run(() => other.run(() => one.run(() => Promise.resolve("found"))));
  expect(await found).toBe("found");
});

test("work runs in the async context of whoever asked for it, also when it had to wait", async () => {
  const context = new AsyncLocalStorage<string>();
  const governor = new RateLimitGovernor({ ...reading, maxConcurrency: 1 });
  const runs = ["a", "b", "c"].map((name) =>
    context.run(name, () =>
      governor.run(async () => {
        await pass(10);
        return context.getStore();
      }),
    ),
  );
  await vi.advanceTimersByTimeAsync(100);
  expect(await Promise.all(runs)).toEqual(["a", "b", "c"]);
});
