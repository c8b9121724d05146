import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { setImmediate as realImmediate } from "node:timers/promises";
import { classifyFailure } from "@ktx/codex-events";
import { z } from "zod";
import {
  CodexError,
  CodexKtxLlmRuntime,
  type CodexRunner,
  RateLimitGovernor,
  type RateLimitEvent,
} from "../../src/index.ts";
import { message, toolCalled, turnCompleted, turnFailed, turnStarted } from "../fake-runner.ts";

const noonMs = Date.UTC(2026, 10, 22, 12, 0, 0);
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

beforeEach(() => {
  vi.useFakeTimers({ now: noonMs });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Somebody sets the machine's clock; timers and the monotonic clock go on as they did. */
function setClock(byMs: number): void {
  vi.setSystemTime(Date.now() + byMs);
}

const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Plays these turns one after the other, the last one for ever. */
function runnerOf(...turns: readonly ((signal: AbortSignal) => AsyncGenerator)[]): CodexRunner {
  let begun = 0;
  return {
    runStreamed: ({ signal = AbortSignal.abort() }) => {
      const turn = turns[Math.min(begun, turns.length - 1)] ?? silence;
      begun += 1;
      return Promise.resolve(turn(signal));
    },
  };
}

function runtimeOn(runner: CodexRunner): CodexKtxLlmRuntime {
  return new CodexKtxLlmRuntime({
    projectDir: "/project",
    modelSlots: { default: "codex" },
    runner,
    timeoutMs: 4_000,
    random: () => 0,
  });
}

/** Fails after a second in which the clock is set, in a way that is tried again. */
const failsWhileTheClockIsSet = (byMs: number) =>
  async function* (): AsyncGenerator {
    await pass(1_000);
    setClock(byMs);
    yield turnFailed("stream disconnected before completion: the connection was closed");
  };

async function* silence(signal: AbortSignal): AsyncGenerator {
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  yield turnStarted;
}

const changes = [
  ["15 seconds back", -15_000],
  ["30 days back", -30 * dayMs],
  ["an hour ahead", 60 * minuteMs],
  ["40 years ahead", 40 * 365 * dayMs],
] as const;

describe.each(changes)("a clock that is set %s", (_, byMs) => {
  test("does not move the end of a call", async () => {
    const runtime = runtimeOn(runnerOf(failsWhileTheClockIsSet(byMs), silence));
    const ended = vi.fn<(error: unknown) => void>();
    const onMetrics = vi.fn<(metrics: object) => void>();
    runtime.generateText({ role: "default", prompt: "Well?", onMetrics }).catch(ended);
    await vi.advanceTimersByTimeAsync(3_999);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(ended.mock.lastCall?.[0]).toMatchObject({ failure: { kind: "timeout" } });
    expect(onMetrics.mock.lastCall?.[0]).toMatchObject({ totalMs: 4_000 });
  });

  test("does not change what a run is said to have taken", async () => {
    async function* works(): AsyncGenerator {
      yield turnStarted;
      await pass(500);
      setClock(byMs);
      yield toolCalled("a");
      await pass(500);
      yield* [message("Done."), turnCompleted];
    }
    const result = runtimeOn(runnerOf(works)).runAgentLoop({
      modelRole: "default",
      systemPrompt: "",
      userPrompt: "Work.",
      toolSet: {},
      stepBudget: 5,
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await result).metrics).toMatchObject({ totalMs: 1_000, stepBoundariesMs: [500] });
  });

  test("does not cost an answer, nor its check", async () => {
    async function* answers(): AsyncGenerator {
      yield turnStarted;
      await pass(500);
      setClock(byMs);
      yield* [message('{"n":1}'), turnCompleted];
    }
    const schema = z.object({ n: z.number() }).refine(async () => {
      await pass(500);
      return true;
    });
    const runtime = runtimeOn(runnerOf(answers));
    const answer = runtime.generateObject({ role: "default", prompt: "Well?", schema });
    answer.catch(() => {});
    await vi.advanceTimersByTimeAsync(600);
    // Not one of vitest's timers: what is over by now has come to its end.
    await realImmediate();
    await vi.advanceTimersByTimeAsync(400);
    expect(await answer).toEqual({ n: 1 });
  });

  test("does not make a back-off of the governor longer or shorter", async () => {
    const governor = new RateLimitGovernor();
    const events = record(governor);
    const begunMs: number[] = [];
    const startedMs = performance.now();
    const run = governor.run(() => {
      begunMs.push(performance.now() - startedMs);
      return begunMs.length === 1 ? Promise.reject(hit("rate limit exceeded")) : settledLater();
    });
    await vi.advanceTimersByTimeAsync(500);
    setClock(byMs);
    await vi.advanceTimersByTimeAsync(600);
    expect(await run).toBe("done");
    expect(begunMs).toEqual([0, 1_000]);
    expect(events.at(-1)).toMatchObject({ type: "wait_finished", waitedMs: 1_000 });
  });
});

describe("a reset that the service names", () => {
  const limited = (afterMs: number): CodexError =>
    hit(
      JSON.stringify({
        error: {
          type: "usage_limit_reached",
          message: "The usage limit has been reached",
          resets_at: (Date.now() + afterMs) / 1_000,
        },
      }),
    );

  /** When the work is begun, on the monotonic clock, if the clock is set ten seconds into the wait. */
  async function beginnings(byMs: number): Promise<readonly number[]> {
    const governor = new RateLimitGovernor();
    const begunMs: number[] = [];
    const startedMs = performance.now();
    const run = governor.run(() => {
      begunMs.push(performance.now() - startedMs);
      return begunMs.length === 1 ? Promise.reject(limited(minuteMs)) : settledLater();
    });
    await vi.advanceTimersByTimeAsync(10_000);
    setClock(byMs);
    await vi.advanceTimersByTimeAsync(5 * minuteMs);
    expect(await run).toBe("done");
    return begunMs;
  }

  test("is waited for as long as it was away when the limit was met, though the clock is set back", async () => {
    expect(await beginnings(-30 * dayMs)).toEqual([0, 61_000]);
  });

  test("is over when the machine's clock has reached it, as after a sleep of the machine", async () => {
    expect(await beginnings(minuteMs)).toEqual([0, 11_000]);
  });

  test("is told by the machine's clock", async () => {
    const governor = new RateLimitGovernor();
    const events = record(governor);
    const caller = new AbortController();
    const run = governor.run(() => Promise.reject(limited(minuteMs)), { signal: caller.signal });
    run.catch(() => {});
    await vi.advanceTimersByTimeAsync(10_000);
    setClock(-20_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(events.at(-1)).toEqual({
      type: "wait_tick",
      atMs: noonMs - 9_000,
      untilMs: noonMs + 41_000,
      remainingMs: 50_000,
    });
    caller.abort(new Error("enough"));
    await expect(run).rejects.toThrow("enough");
  });
});

function hit(text: string): CodexError {
  return new CodexError(classifyFailure(text));
}

function settledLater(): Promise<string> {
  return Promise.resolve("done");
}

function record(governor: RateLimitGovernor): readonly RateLimitEvent[] {
  const events: RateLimitEvent[] = [];
  governor.subscribe((event) => events.push(event));
  return events;
}
