import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type BatchEvent, openSqliteStore, runBatch } from "@ktx/batch";
import { RateLimitGovernor } from "@ktx/codex-runtime";
import { reply, text, usedUpPlan } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { onEachTransport } from "../../../../packages/codex-runtime/test/e2e/scene.ts";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { askPrompt, type PromptRuntime } from "../../src/batch/ask-prompt.ts";

const units = Array.from({ length: 10 }, (_, index) => ({ key: `p${index}`, payload: index }));
const concurrency = 5;

const rest: Omit<PromptRuntime, "runtime"> = {
  role: "default",
  tools: {},
  toolObserver: {},
  bounds: { stepBudget: 20 },
  schema: undefined,
};

/** A clock that jumps to the end of each wait for a limit, once the wait has been shown. */
function openClock() {
  let aheadMs = 0;
  const now = (): number => Date.now() + aheadMs;
  return {
    now,
    monotonicNow: (): number => performance.now() + aheadMs,
    wait: async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
      await sleep(ms, undefined, { signal }).catch(() => {});
    },
    hear: (event: BatchEvent): void => {
      if (event.type === "wait_tick") aheadMs += Math.max(0, event.untilMs - now());
    },
  };
}

onEachTransport("a batch that meets a usage limit in the middle", ({ startScene }) => {
  test("waits once, as one group, and then each prompt has its answer", async () => {
    await using folder = await makeTestFolder("batch");
    const clock = openClock();
    const { now, monotonicNow } = clock;
    const asked = { all: 0, refused: 0 };
    const resetsAt = Math.ceil(Date.now() / 1_000) + 7_200;
    const script = () => {
      asked.all += 1;
      if (asked.all <= 3 || now() >= resetsAt * 1_000) return reply([text("Yes.")]);
      asked.refused += 1;
      return usedUpPlan(resetsAt);
    };
    const rateLimits = new RateLimitGovernor({
      now,
      monotonicNow,
      maxWaitMs: 0,
      maxConcurrency: concurrency,
    });
    let governedUntilMs = 0;
    rateLimits.subscribe((event) => {
      if (event.type === "wait_started") governedUntilMs = event.untilMs;
    });
    await using scene = await startScene(script, { rateLimits });
    const { runtime } = scene;
    await using store = await openSqliteStore({ file: join(folder.path, "store.sqlite"), now });
    const events: BatchEvent[] = [];
    const report = await runBatch({
      units,
      store,
      concurrency,
      clock,
      rateLimits: { tickMs: 50 },
      run: async ({ payload }, { signal }) => {
        const look = () => ({ governedUntilMs, hasAnswers: true, nowMs: now() });
        const prompt = { text: `Question ${payload}` };
        return (await askPrompt({ runtime, ...rest }, prompt, signal, look)).outcome;
      },
      onEvent: (event) => {
        events.push(event);
        clock.hear(event);
      },
    });
    expect(report).toMatchObject({ ended: "finished", counts: { done: 10, failed: 0 } });
    const waits = events.filter(({ type }) => type === "wait_started" || type === "wait_finished");
    expect(waits.map(({ type }) => type)).toEqual(["wait_started", "wait_finished"]);
    expect(waits[0]).toMatchObject({ willWait: true });
    // Only those that ran at once met the limit, and nobody asked again before its end.
    expect(asked.refused).toBeGreaterThan(0);
    expect(asked.refused).toBeLessThanOrEqual(concurrency);
    expect(asked.all).toBe(10 + asked.refused);
  });
});

onEachTransport("a batch whose service cannot be reached", ({ startScene }) => {
  test("ends at once where it never answered, and waits as for a limit where it did", async () => {
    await using scene = await startScene([], {
      maxRetries: 0,
      endpoint: { baseUrl: "http://127.0.0.1:9/v1" },
    });
    const { runtime } = scene;
    const { signal } = new AbortController();
    const ask = (hasAnswers: boolean) =>
      askPrompt({ runtime, ...rest }, { text: "Hi" }, signal, () => ({
        hasAnswers,
        governedUntilMs: 0,
        nowMs: 0,
      }));
    const [never, before] = await Promise.all([ask(false), ask(true)]);
    expect([never.outcome, before.outcome]).toMatchObject([
      { type: "blocked", failure: { kind: "network" } },
      { type: "limited", limit: { message: expect.any(String) } },
    ]);
  });
});
