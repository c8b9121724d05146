import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type GiveUp, LimitError, RateLimitGovernor, type RateLimitEvent } from "../src/index.ts";
import { reading, Refusal, slowDown } from "./refusals.ts";

/** A minute before the reset that the service names. */
const noonMs = Date.UTC(2026, 10, 22, 12, 0, 0);
const resetMs = noonMs + 60_000;

beforeEach(() => {
  vi.useFakeTimers({ now: noonMs });
});
afterEach(() => {
  vi.useRealTimers();
});

function hit(): Refusal {
  return new Refusal({
    kind: "usage-limit",
    message: "The usage limit has been reached",
    resetsAt: { atMs: resetMs },
  });
}

function record(governor: RateLimitGovernor): RateLimitEvent[] {
  const events: RateLimitEvent[] = [];
  governor.subscribe((event) => events.push(event));
  return events;
}

async function settled(work: Promise<unknown>): Promise<PromiseSettledResult<unknown> | undefined> {
  return (await Promise.allSettled([work]))[0];
}

const count = (events: readonly RateLimitEvent[], type: RateLimitEvent["type"]): number =>
  events.filter((event) => event.type === type).length;

/** Work that meets the limit until it has reset. */
function limitedWork(begun: number[]): () => Promise<string> {
  return () => {
    begun.push(Date.now());
    return new Promise((resolve, reject) => {
      setTimeout(() => {
        if (Date.now() < resetMs) reject(hit());
        else resolve("done");
      }, 100);
    });
  };
}

describe("work alone", () => {
  test("runs as much at once as is allowed, in order", async () => {
    const governor = new RateLimitGovernor({ ...reading, maxConcurrency: 2 });
    const begun: number[] = [];
    const runs = [1, 2, 3, 4, 5].map((n) =>
      governor.run(async () => {
        begun.push(n);
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        return n;
      }),
    );
    await vi.advanceTimersByTimeAsync(500);
    expect(begun).toEqual([1, 2]);
    expect(governor.load).toEqual({ concurrency: 2, running: 2, waiting: 3 });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await Promise.all(runs)).toEqual([1, 2, 3, 4, 5]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("that fails otherwise fails as it did, and holds nobody up", async () => {
    const governor = new RateLimitGovernor({ ...reading, maxConcurrency: 1 });
    const broken = new Error("broken");
    const failing = governor.run(() => Promise.reject(broken));
    const fine = governor.run(() => Promise.resolve("fine"));
    await expect(failing).rejects.toBe(broken);
    expect(await fine).toBe("fine");
  });

  test("that met a limit without a reset time fails with it", async () => {
    const governor = new RateLimitGovernor(reading);
    const error = new Refusal({ kind: "usage-limit", message: "Quota exceeded." });
    await expect(governor.run(() => Promise.reject(error))).rejects.toBe(error);
  });

  test("that may not be repeated fails with the limit, and the others wait all the same", async () => {
    const governor = new RateLimitGovernor(reading);
    const once = governor.run(() => Promise.reject(hit()), { mayRepeat: () => false });
    await expect(once).rejects.toMatchObject({ limit: { kind: "usage-limit" } });
    const begun: number[] = [];
    const other = governor.run(limitedWork(begun));
    await vi.advanceTimersByTimeAsync(70_000);
    expect(await other).toBe("done");
    expect(begun).toEqual([resetMs + 1_000]);
  });
});

describe("a limit", () => {
  test("that fifty queued runs meet is waited out once, and all of them finish", async () => {
    const governor = new RateLimitGovernor({ ...reading, maxConcurrency: 4 });
    const events = record(governor);
    const begun: number[] = [];
    const runs = Array.from({ length: 50 }, () => governor.run(limitedWork(begun)));
    await vi.advanceTimersByTimeAsync(120_000);
    expect(new Set(await Promise.all(runs))).toEqual(new Set(["done"]));
    expect(count(events, "wait_started")).toBe(1);
    expect(count(events, "wait_finished")).toBe(1);
    expect(count(events, "rate_limit_observed")).toBe(4);
    expect(events.at(-1)).toMatchObject({ type: "wait_finished", waitedMs: 60_900 });
    expect(begun.filter((atMs) => atMs > noonMs && atMs < resetMs)).toEqual([]);
    expect(begun).toHaveLength(54);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is counted down while somebody waits, and not when nobody does", async () => {
    const governor = new RateLimitGovernor(reading);
    const events = record(governor);
    const caller = new AbortController();
    const run = governor.run(limitedWork([]), { signal: caller.signal });
    const end = settled(run);
    await vi.advanceTimersByTimeAsync(10_150);
    expect(count(events, "wait_tick")).toBe(10);
    expect(events.at(-1)).toMatchObject({ type: "wait_tick", remainingMs: 50_900 });
    const reason = new Error("enough");
    caller.abort(reason);
    expect(await end).toEqual({ status: "rejected", reason });
    expect(vi.getTimerCount()).toBe(0);
    expect(governor.load).toEqual({ concurrency: 4, running: 0, waiting: 0 });
  });

  test("that nobody waited for is over for who comes after it", async () => {
    const governor = new RateLimitGovernor(reading);
    const events = record(governor);
    const once = governor.run(() => Promise.reject(hit()), { mayRepeat: () => false });
    await expect(once).rejects.toThrow("usage limit");
    vi.setSystemTime(resetMs + 5_000);
    expect(await governor.run(() => Promise.resolve("fine"))).toBe("fine");
    expect(events.at(-1)).toMatchObject({ type: "wait_finished" });
  });

  test("ends who may not wait so long, at once, and who comes while it lasts", async () => {
    const governor = new RateLimitGovernor({ ...reading, maxWaitMs: 30_000, maxConcurrency: 1 });
    const runs = [1, 2, 3].map(() => governor.run(limitedWork([])));
    const ends = Promise.allSettled(runs);
    await vi.advanceTimersByTimeAsync(200);
    for (const end of await ends)
      expect(end).toMatchObject({
        status: "rejected",
        reason: {
          failure: { kind: "usage-limit", resetsAt: { atMs: resetMs } },
          message: expect.stringMatching(
            /^The usage limit has been reached\. Not waiting: the limit resets at 2026-11-22T12:01:01\.000Z, later than maxWaitMs allows \(30 s\)\.$/,
          ),
        },
      });
    await expect(governor.run(() => Promise.resolve())).rejects.toMatchObject({
      failure: { kind: "usage-limit" },
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("counts with those before it against how long one run may wait", async () => {
    const governor = new RateLimitGovernor({ ...reading, maxWaitMs: 10_000 });
    const begun: number[] = [];
    const run = governor.run(() => {
      begun.push(Date.now() - noonMs);
      return Promise.reject(slowDown());
    });
    const end = settled(run);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await end).toMatchObject({
      reason: { failure: { kind: "rate-limit" }, remainingMs: 8_000 },
    });
    expect(begun).toEqual([0, 1_000, 3_000, 7_000]);
  });

  test("of too many requests lowers how much runs at once, and time brings it back", async () => {
    const governor = new RateLimitGovernor({ ...reading, maxConcurrency: 4 });
    const events = record(governor);
    let rejections = 4;
    const work = (): Promise<string> =>
      rejections-- > 0 ? Promise.reject(slowDown()) : Promise.resolve("ok");
    const runs = Array.from({ length: 12 }, () => governor.run(work));
    await vi.advanceTimersByTimeAsync(10_000);
    await Promise.all(runs);
    const adjusted = events.filter(({ type }) => type === "concurrency_adjusted");
    expect(adjusted).toMatchObject([
      { from: 4, to: 2 },
      { from: 2, to: 3 },
      { from: 3, to: 4 },
    ]);
    expect(count(events, "wait_started")).toBe(1);
  });
});

test("an error of another kind is no limit", () => {
  const error = new Error("boom");
  return expect(new RateLimitGovernor(reading).run(() => Promise.reject(error))).rejects.toBe(
    error,
  );
});

test("whoever does not wait fails with the error that the options make, else with one that has the limit", async () => {
  const work = (): Promise<never> => Promise.reject(hit());
  const plain = new RateLimitGovernor({ ...reading, maxWaitMs: 10 });
  await expect(plain.run(work)).rejects.toBeInstanceOf(LimitError);
  const own = new RateLimitGovernor({
    ...reading,
    maxWaitMs: 10,
    buildError: ({ failure, remainingMs }) => new Error(`${failure.kind}: ${remainingMs} ms`),
  });
  await expect(own.run(work)).rejects.toThrow("usage-limit: 61000 ms");
});

test("the error of work that does not wait has the service's sentence as it came, and the facts as values", async () => {
  const message = "Quota exceeded! Try tomorrow?";
  const limit = { kind: "usage-limit", message, resetsAt: { atMs: resetMs } } as const;
  const giveUps: GiveUp[] = [];
  const governor = new RateLimitGovernor({
    ...reading,
    maxWaitMs: 1_500,
    buildError: (giveUp) => {
      giveUps.push(giveUp);
      return new LimitError(giveUp);
    },
  });
  await expect(governor.run(() => Promise.reject(new Refusal(limit)))).rejects.toMatchObject({
    failure: limit,
    message:
      "Quota exceeded! Try tomorrow? Not waiting: the limit resets at 2026-11-22T12:01:01.000Z, " +
      "later than maxWaitMs allows (1.5 s).",
  });
  expect(giveUps).toEqual([
    { failure: limit, untilMs: resetMs + 1_000, remainingMs: 61_000, maxWaitMs: 1_500 },
  ]);
});

test("what a listener throws or rejects with is handed on, and costs nobody anything", async () => {
  const errors: unknown[] = [];
  const governor = new RateLimitGovernor({
    ...reading,
    onListenerError: (error) => errors.push(error),
  });
  const thrown = new Error("thrown");
  const rejected = new Error("rejected");
  governor.subscribe(() => {
    throw thrown;
  });
  governor.subscribe(() => Promise.reject(rejected));
  governor.observe({ kind: "rate-limit", message: "slow down" });
  expect(await governor.run(() => Promise.resolve("fine"))).toBe("fine");
  expect(new Set(errors)).toEqual(new Set([thrown, rejected]));
});

test.each([
  { maxConcurrency: 0 },
  { maxConcurrency: 1.5 },
  { maxConcurrency: Number.NaN },
  { maxWaitMs: -1 },
])("%o is refused by name", (bounds) => {
  const [name = ""] = Object.keys(bounds);
  expect(() => new RateLimitGovernor({ ...reading, ...bounds })).toThrow(
    new RegExp(`^Expected \`${name}\` to be a whole number from \\d, got `),
  );
});
