import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CodexKtxLlmRuntime, type CodexRunner, type Transport } from "../../src/index.ts";
import type { TurnSignal } from "../../src/transport/transport.ts";
import { asSignal, playedBy, signallingTransport } from "../fake-transport.ts";
import {
  fakeRunner,
  message,
  threadStarted,
  toolCalled,
  turnCompleted,
  turnStarted,
} from "../fake-runner.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function runtimeOn(player: CodexRunner | Transport): CodexKtxLlmRuntime {
  return new CodexKtxLlmRuntime({
    projectDir: "/project",
    modelSlots: { default: "codex" },
    ...playedBy(player),
    timeoutMs: 10_000,
    idleTimeoutMs: 3_000,
    maxRetries: 0,
  });
}

const silentRunner: CodexRunner = { runStreamed: () => new Promise(() => {}) };

/** Ignores its signal and never ends. */
const deafRunner: CodexRunner = {
  runStreamed: () =>
    Promise.resolve({
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: () => new Promise(() => {}),
      }),
    }),
};

/** Says something every two seconds until it is told to stop. */
const talkativeRunner: CodexRunner = {
  runStreamed: ({ signal }) => Promise.resolve(talk(signal ?? AbortSignal.abort())),
};

async function* talk(signal: AbortSignal): AsyncGenerator {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    signal.throwIfAborted();
    yield turnStarted;
  }
}

/** Is at work for 8 seconds without any event, says so every two, and then answers. */
const busyTransport = signallingTransport(async function* () {
  for (let step = 0; step < 4; step += 1) {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    yield { type: "activity" };
  }
  yield* [message("Done."), turnCompleted].map(asSignal);
});

function failureOf(answer: Promise<string>): Promise<unknown> {
  return answer.then(
    (text) => expect.unreachable(`answered: ${text}`),
    (error: unknown) => error,
  );
}

test.each([
  ["that never opens its stream", silentRunner],
  ["that opens and says nothing", fakeRunner([threadStarted], { hangs: true })],
  ["that does not even heed its signal", deafRunner],
])("a runner %s ends as an idle timeout", async (_, runner) => {
  const answer = runtimeOn(runner).generateText({ role: "default", prompt: "Well?" });
  const [failure] = await Promise.all([failureOf(answer), vi.advanceTimersByTimeAsync(20_000)]);
  expect(failure).toMatchObject({
    failure: { kind: "timeout", limit: "idle" },
    message: "Codex was silent for 3 s.",
  });
});

test("a runner that goes on talking ends at the wall clock", async () => {
  const answer = runtimeOn(talkativeRunner).generateText({ role: "default", prompt: "Well?" });
  const [failure] = await Promise.all([failureOf(answer), vi.advanceTimersByTimeAsync(30_000)]);
  expect(failure).toMatchObject({
    failure: { kind: "timeout", limit: "wall-clock" },
    message: "The turn did not finish within 10 s.",
  });
});

test("a loop that runs into a time limit keeps what it did", async () => {
  const runner = fakeRunner([turnStarted, toolCalled("a")], { hangs: true });
  const result = runtimeOn(runner).runAgentLoop({
    modelRole: "default",
    systemPrompt: "",
    userPrompt: "Work.",
    toolSet: {},
    stepBudget: 5,
  });
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await result).toMatchObject({ stopReason: "timeout", metrics: { stepCount: 1 } });
});

test("no timer is left when a turn is over", async () => {
  await runtimeOn(fakeRunner([threadStarted], { throws: new Error("gone") }))
    .generateText({ role: "default", prompt: "Well?" })
    .catch(() => {});
  expect(vi.getTimerCount()).toBe(0);
});

test("a runner that is heard to be at work is not idle, though no event comes", async () => {
  const answer = runtimeOn(busyTransport).generateText({ role: "default", prompt: "Well?" });
  await vi.advanceTimersByTimeAsync(8_000);
  expect(await answer).toBe("Done.");
});

const limited: TurnSignal = asSignal({
  type: "error",
  message: "Reconnecting... 1/2 (exceeded retry limit, last status: 429 Too Many Requests)",
});
const hourLong: TurnSignal = { type: "retry", delayMs: 3_600_000 };

test.each([0, 1, 2, 3])(
  "a wait beyond the deadline ends the turn at once, also when %d events come before its announcement",
  async (before) => {
    const events = [asSignal(threadStarted), asSignal(turnStarted), limited];
    const answer = runtimeOn(
      signallingTransport(async function* () {
        yield* events.toSpliced(before, 0, hourLong);
        await new Promise(() => {});
      }),
    ).generateText({ role: "default", prompt: "Well?" });
    const [failure] = await Promise.all([failureOf(answer), vi.advanceTimersByTimeAsync(20_000)]);
    expect(failure).toMatchObject({
      failure: { kind: "rate-limit", retryAfterMs: 3_600_000 },
      message: expect.stringContaining("asks to wait 3600 s, longer than the time limit allows"),
    });
  },
);

test("a wait that is over does not count for an error after it", async () => {
  const answer = runtimeOn(
    signallingTransport(async function* () {
      yield* [asSignal(turnStarted), limited, { type: "retry", delayMs: 2_000 } as const];
      yield asSignal(message("Half an answer."));
      await new Promise((resolve) => setTimeout(resolve, 9_000));
      yield limited;
    }),
  ).generateText({ role: "default", prompt: "Well?", idleTimeoutMs: 9_500 });
  const [failure] = await Promise.all([failureOf(answer), vi.advanceTimersByTimeAsync(20_000)]);
  expect(failure).toMatchObject({ failure: { kind: "rate-limit" } });
  expect(failure).not.toHaveProperty("failure.retryAfterMs");
});
