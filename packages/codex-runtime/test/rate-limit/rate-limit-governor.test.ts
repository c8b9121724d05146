import { buildFailure, classifyFailure } from "@ktx/codex-events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  CodexError,
  CodexKtxLlmRuntime,
  type CodexRunner,
  RateLimitGovernor,
  type RateLimitEvent,
} from "../../src/index.ts";
import { message, turnCompleted, turnFailed, turnStarted } from "../fake-runner.ts";

/** A minute before the reset that the service names. */
const noonMs = Date.UTC(2026, 10, 22, 12, 0, 0);
const resetMs = noonMs + 60_000;

beforeEach(() => {
  vi.useFakeTimers({ now: noonMs });
});
afterEach(() => {
  vi.useRealTimers();
});

const limited = JSON.stringify({
  error: {
    type: "usage_limit_reached",
    message: "The usage limit has been reached",
    resets_at: resetMs / 1_000,
  },
});

function hit(text = limited): CodexError {
  return new CodexError(classifyFailure(text));
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
    const governor = new RateLimitGovernor({ maxConcurrency: 2 });
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
    const governor = new RateLimitGovernor({ maxConcurrency: 1 });
    const broken = new Error("broken");
    const failing = governor.run(() => Promise.reject(broken));
    const fine = governor.run(() => Promise.resolve("fine"));
    await expect(failing).rejects.toBe(broken);
    expect(await fine).toBe("fine");
  });

  test("that met a limit without a reset time fails with it", async () => {
    const governor = new RateLimitGovernor();
    const error = hit("Quota exceeded. Check your plan and billing details.");
    await expect(governor.run(() => Promise.reject(error))).rejects.toBe(error);
  });

  test("that may not be repeated fails with the limit, and the others wait all the same", async () => {
    const governor = new RateLimitGovernor();
    const once = governor.run(() => Promise.reject(hit()), { mayRepeat: () => false });
    await expect(once).rejects.toMatchObject({ failure: { kind: "usage-limit" } });
    const begun: number[] = [];
    const other = governor.run(limitedWork(begun));
    await vi.advanceTimersByTimeAsync(70_000);
    expect(await other).toBe("done");
    expect(begun).toEqual([resetMs + 1_000]);
  });
});

describe("a limit", () => {
  test("that fifty queued runs meet is waited out once, and all of them finish", async () => {
    const governor = new RateLimitGovernor({ maxConcurrency: 4 });
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
    const governor = new RateLimitGovernor();
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
    const governor = new RateLimitGovernor();
    const events = record(governor);
    const once = governor.run(() => Promise.reject(hit()), { mayRepeat: () => false });
    await expect(once).rejects.toThrow("usage limit");
    vi.setSystemTime(resetMs + 5_000);
    expect(await governor.run(() => Promise.resolve("fine"))).toBe("fine");
    expect(events.at(-1)).toMatchObject({ type: "wait_finished" });
  });

  test("ends who may not wait so long, at once, and who comes while it lasts", async () => {
    const governor = new RateLimitGovernor({ maxWaitMs: 30_000, maxConcurrency: 1 });
    const runs = [1, 2, 3].map(() => governor.run(limitedWork([])));
    const ends = Promise.allSettled(runs);
    await vi.advanceTimersByTimeAsync(200);
    for (const end of await ends)
      expect(end).toMatchObject({
        status: "rejected",
        reason: {
          failure: { kind: "usage-limit", resetsAt: { atMs: resetMs } },
          message: expect.stringMatching(
            /^The usage limit has been reached\. Not waiting: the limit lasts until 2026-11-22T12:01:01\.000Z, longer than maxWaitMs allows \(30 s in all\)\.$/,
          ),
        },
      });
    await expect(governor.run(() => Promise.resolve())).rejects.toMatchObject({
      failure: { kind: "usage-limit" },
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("counts with those before it against how long one run may wait", async () => {
    const governor = new RateLimitGovernor({ maxWaitMs: 10_000 });
    const begun: number[] = [];
    const run = governor.run(() => {
      begun.push(Date.now() - noonMs);
      return Promise.reject(hit("rate limit exceeded: slow down"));
    });
    const end = settled(run);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await end).toMatchObject({
      reason: { failure: { kind: "rate-limit", retryAfterMs: 8_000 } },
    });
    expect(begun).toEqual([0, 1_000, 3_000, 7_000]);
  });

  test("of too many requests lowers how much runs at once, and time brings it back", async () => {
    const governor = new RateLimitGovernor({ maxConcurrency: 4 });
    const events = record(governor);
    let rejections = 4;
    const work = (): Promise<string> =>
      rejections-- > 0
        ? Promise.reject(hit("rate limit exceeded: slow down"))
        : Promise.resolve("ok");
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

describe("runtimes that share a governor", () => {
  /** Refuses each turn until the reset, then answers. */
  const runner: CodexRunner = {
    runStreamed: () => Promise.resolve(play(Date.now() < resetMs)),
  };
  async function* play(isLimited: boolean): AsyncGenerator {
    yield turnStarted;
    if (isLimited) yield turnFailed(limited);
    else yield* [message("Here."), turnCompleted];
  }
  const runtimeOn = (rateLimits: RateLimitGovernor): CodexKtxLlmRuntime =>
    new CodexKtxLlmRuntime({
      projectDir: "/project",
      modelSlots: { default: "codex" },
      runner,
      rateLimits,
      timeoutMs: 30_000,
    });
  const ask = { role: "default", prompt: "Well?" };

  test("wait out one limit together, and the wait does not count against their time limit", async () => {
    const governor = new RateLimitGovernor();
    const events = record(governor);
    const runtimes = [runtimeOn(governor), runtimeOn(governor)];
    const answers = runtimes.flatMap((runtime) =>
      Array.from({ length: 25 }, () => runtime.generateText(ask)),
    );
    await vi.advanceTimersByTimeAsync(70_000);
    expect(new Set(await Promise.all(answers))).toEqual(new Set(["Here."]));
    expect(count(events, "wait_started")).toBe(1);
  });

  test("tell of a limit that is not waited for as the call's own failure", async () => {
    const governor = new RateLimitGovernor({ maxWaitMs: 5_000 });
    const result = await runtimeOn(governor).runAgentLoop({
      modelRole: "default",
      systemPrompt: "",
      userPrompt: "Work.",
      toolSet: {},
      stepBudget: 3,
    });
    expect(result).toMatchObject({
      stopReason: "error",
      error: {
        failure: { kind: "usage-limit" },
        message: expect.stringContaining("Not waiting: the limit lasts until"),
      },
    });
    await expect(runtimeOn(governor).generateText(ask)).rejects.toMatchObject({
      failure: { kind: "usage-limit" },
    });
  });

  test("stop waiting when the caller aborts, with the caller's reason", async () => {
    const governor = new RateLimitGovernor();
    const caller = new AbortController();
    const reason = new Error("the user pressed Ctrl-C");
    const answers = [1, 2].map(() =>
      runtimeOn(governor).generateText({ ...ask, abortSignal: caller.signal }),
    );
    const ends = Promise.allSettled(answers);
    await vi.advanceTimersByTimeAsync(5_000);
    caller.abort(reason);
    expect(await ends).toEqual([
      { status: "rejected", reason },
      { status: "rejected", reason },
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("pass on a limit that a reconnect of Codex's own got over", async () => {
    const governor = new RateLimitGovernor({ maxConcurrency: 4 });
    async function* slowed(): AsyncGenerator {
      yield turnStarted;
      yield {
        type: "error",
        message: "Reconnecting... 1/2 (exceeded retry limit, last status: 429 Too Many Requests)",
      };
      yield* [message("Here."), turnCompleted];
    }
    const runtime = new CodexKtxLlmRuntime({
      projectDir: "/project",
      modelSlots: { default: "codex" },
      runner: { runStreamed: () => Promise.resolve(slowed()) },
      rateLimits: governor,
    });
    expect(await runtime.generateText({ ...ask, role: "default" })).toBe("Here.");
    expect(governor.load.concurrency).toBe(2);
  });
});

test("a failure of another kind is no limit", () => {
  const error = new CodexError(buildFailure({ kind: "server", message: "boom" }));
  return expect(new RateLimitGovernor().run(() => Promise.reject(error))).rejects.toBe(error);
});
