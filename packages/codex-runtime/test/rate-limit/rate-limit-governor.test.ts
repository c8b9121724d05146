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
import { asSignal, signallingTransport } from "../fake-transport.ts";

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

test("work that does not wait for a limit fails with a CodexError of its kind", async () => {
  const governor = new RateLimitGovernor({ maxWaitMs: 30_000 });
  expect(await settled(governor.run(() => Promise.reject(hit())))).toMatchObject({
    status: "rejected",
    reason: {
      name: "CodexError",
      failure: { kind: "usage-limit", resetsAt: { atMs: resetMs } },
      message: expect.stringMatching(
        /^The usage limit has been reached\. Not waiting: the limit resets at 2026-11-22T12:01:01\.000Z, later than maxWaitMs allows \(30 s\)\.$/,
      ),
    },
  });
});

test("a rate limit that is not waited for says how long it lasts", async () => {
  const governor = new RateLimitGovernor({ maxWaitMs: 500 });
  const error = hit("rate limit exceeded: slow down");
  expect(await settled(governor.run(() => Promise.reject(error)))).toMatchObject({
    reason: { name: "CodexError", failure: { kind: "rate-limit", retryAfterMs: 1_000 } },
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
        message: expect.stringContaining("Not waiting: the limit resets at"),
      },
    });
    await expect(runtimeOn(governor).generateText(ask)).rejects.toMatchObject({
      failure: { kind: "usage-limit" },
    });
  });

  test("give one reason where the service asks for a wait that neither the run nor the governor allows", async () => {
    const rateLimits = new RateLimitGovernor({ maxWaitMs: 60_000 });
    const observed: string[] = [];
    rateLimits.subscribe((event) => {
      if (event.type === "rate_limit_observed") observed.push(event.failure.message);
    });
    const transport = signallingTransport(() => [
      asSignal(turnStarted),
      asSignal({
        type: "error",
        message: "exceeded retry limit, last status: 429 Too Many Requests",
      }),
      { type: "retry", delayMs: 3_600_000 },
    ]);
    const runtime = new CodexKtxLlmRuntime({
      projectDir: "/project",
      modelSlots: { default: "codex" },
      transport,
      rateLimits,
      timeoutMs: 30_000,
    });
    await expect(runtime.generateText({ ...ask, role: "default" })).rejects.toMatchObject({
      failure: { kind: "rate-limit", retryAfterMs: 3_600_000 },
      message:
        "exceeded retry limit, last status: 429 Too Many Requests. Not waiting: the limit resets at " +
        "2026-11-22T13:00:00.000Z, later than maxWaitMs allows (60 s).",
    });
    expect(new Set(observed)).toEqual(
      new Set(["exceeded retry limit, last status: 429 Too Many Requests"]),
    );
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
