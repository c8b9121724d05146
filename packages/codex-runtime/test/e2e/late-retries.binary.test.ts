import { refuse, reply, text } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { CodexError, RateLimitGovernor, type RetryWait } from "../../src/index.ts";
import { onEachTransport, startSceneOn } from "./scene.ts";

const limited = (retryAfter: string) =>
  refuse(
    429,
    { error: { message: "Rate limit reached.", type: "rate_limit_error" } },
    { "retry-after": retryAfter },
  );
const ask = { role: "default", prompt: "Well?" };

onEachTransport("a service that asks to wait", ({ startScene }) => {
  test("a retry-after beyond the deadline is a rate limit, at once, after one request", async () => {
    await using scene = await startScene(() => limited("3600"));
    const error: unknown = await scene.runtime.generateText(ask).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      failure: {
        kind: "rate-limit",
        httpStatus: 429,
        retryAfterMs: expect.closeTo(3_600_000, -4),
        // For a caller with words of its own.
        facts: "exceeded retry limit, last status: 429 Too Many Requests",
      },
      message: expect.stringMatching(
        /The service asks to wait 3600 s, longer than the time limit allows\.$/,
      ),
    });
    expect(scene.sim.requests).toHaveLength(1);
    expect(await scene.remainingCodexProcesses()).toEqual([]);
  });

  test("a retry-after within the deadline is waited for, however short the idle limit", async () => {
    await using scene = await startScene(
      ({ index }) => (index === 0 ? limited("4") : reply([text("Here.")])),
      { idleTimeoutMs: 3_000 },
    );
    const waits: RetryWait[] = [];
    const onRetry = (wait: RetryWait): void => void waits.push(wait);
    expect(await scene.runtime.generateText({ ...ask, onRetry })).toBe("Here.");
    expect(scene.sim.requests).toHaveLength(2);
    // The observer knows of the wait, and of the reason.
    expect(waits.at(-1)).toMatchObject({
      delayMs: expect.closeTo(4_000, -3),
      failure: { kind: "rate-limit", httpStatus: 429 },
    });
  });

  test.each([120, 3_600])(
    "a governor that may not wait %d s ends it as a rate limit, at once",
    async (seconds) => {
      const rateLimits = new RateLimitGovernor({ maxWaitMs: 60_000 });
      await using scene = await startScene(() => limited(String(seconds)), { rateLimits });
      await expect(scene.runtime.generateText(ask)).rejects.toMatchObject({
        failure: { kind: "rate-limit", retryAfterMs: expect.closeTo(seconds * 1_000, -4) },
        message: expect.stringMatching(
          /^exceeded retry limit, last status: 429 Too Many Requests\. Not waiting: the limit resets at \S+Z, later than maxWaitMs allows \(60 s\)\.$/,
        ),
      });
      expect(scene.sim.requests).toHaveLength(1);
    },
  );

  test("so is it with an overloaded service, as its own kind", async () => {
    const overloaded = refuse(503, { error: { message: "Try later." } }, { "retry-after": "7200" });
    await using scene = await startScene(() => overloaded, { maxRetries: 1 });
    await expect(scene.runtime.generateText(ask)).rejects.toMatchObject({
      failure: { kind: "server" },
    });
  });
});

describe("a refusal whose wait nobody takes", () => {
  const secret = "session=planted-cookie";
  const waits = { Slow: "7", Slower: "90.5" };

  test("carries the retry-after of its own request, also beside another one", async () => {
    await using scene = await startSceneOn("app-server", ({ userText }) =>
      refuse(
        429,
        { error: { message: "Not now.", type: "rate_limit_error" } },
        {
          "retry-after": userText.includes("Slower") ? waits.Slower : waits.Slow,
          "set-cookie": secret,
        },
      ),
    );
    const failing = async (prompt: string): Promise<CodexError> => {
      const run = scene.runtime.generateText({ role: "default", prompt, maxRetries: 0 });
      const error: unknown = await run.catch((thrown: unknown) => thrown);
      if (error instanceof CodexError) return error;
      throw new Error("The run did not fail as expected.", { cause: error });
    };
    const errors = await Promise.all([failing("Slow"), failing("Slower"), failing("Slow")]);
    expect(errors.map(({ failure }) => failure)).toMatchObject(
      [7_000, 90_500, 7_000].map((retryAfterMs) => ({ kind: "rate-limit", retryAfterMs })),
    );
    // The log that it is read from holds the other headers, too.
    const shown = errors.map(({ message, stderrTail, lastEvents, failure }) =>
      JSON.stringify([message, stderrTail, lastEvents, failure]),
    );
    expect(shown.join("\n")).not.toContain(secret);
  });

  test("so does one of an overloaded service", async () => {
    await using scene = await startSceneOn("app-server", () =>
      refuse(503, { error: { message: "Busy." } }, { "retry-after": "20" }),
    );
    const run = scene.runtime.generateText({ role: "default", prompt: "Hi.", maxRetries: 0 });
    await expect(run).rejects.toMatchObject({ failure: { kind: "server", retryAfterMs: 20_000 } });
  });

  test("on exec only the sentence of the service says it", async () => {
    await using scene = await startSceneOn("exec", () => limited("7"));
    const run = scene.runtime.generateText({ role: "default", prompt: "Hi.", maxRetries: 0 });
    const error: unknown = await run.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ failure: { kind: "rate-limit" } });
    expect(error).not.toHaveProperty("failure.retryAfterMs");
  });
});
