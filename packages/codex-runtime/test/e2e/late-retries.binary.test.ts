import { refuse, reply, text } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { RateLimitGovernor } from "../../src/index.ts";
import { onEachTransport } from "./scene.ts";

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
      failure: { kind: "rate-limit", httpStatus: 429, retryAfterMs: expect.closeTo(3_600_000, -4) },
      message: expect.stringMatching(
        /The service asks to wait 3600 s, longer than the time limit allows\.$/,
      ),
    });
    expect(scene.sim.requests).toHaveLength(1);
    expect(await scene.remainingCodexProcesses()).toEqual([]);
  });

  test("a retry-after within the deadline is waited for, however short the idle limit", async () => {
    await using scene = await startScene(
      ({ index }) => (index === 0 ? limited("3") : reply([text("Here.")])),
      { idleTimeoutMs: 2_000 },
    );
    expect(await scene.runtime.generateText(ask)).toBe("Here.");
    expect(scene.sim.requests).toHaveLength(2);
  });

  test("a governor that may not wait so long ends it as a rate limit, too", async () => {
    const rateLimits = new RateLimitGovernor({ maxWaitMs: 60_000 });
    await using scene = await startScene(() => limited("3600"), { rateLimits });
    await expect(scene.runtime.generateText(ask)).rejects.toMatchObject({
      failure: { kind: "rate-limit", retryAfterMs: expect.closeTo(3_600_000, -4) },
      message: expect.stringMatching(
        /^exceeded retry limit, last status: 429 Too Many Requests\. Not waiting: the limit resets at \S+Z, later than maxWaitMs allows \(60 s\)\.$/,
      ),
    });
    expect(scene.sim.requests).toHaveLength(1);
  });

  test("so is it with an overloaded service, as its own kind", async () => {
    const overloaded = refuse(503, { error: { message: "Try later." } }, { "retry-after": "7200" });
    await using scene = await startScene(() => overloaded, { maxRetries: 1 });
    await expect(scene.runtime.generateText(ask)).rejects.toMatchObject({
      failure: { kind: "server" },
    });
  });
});
