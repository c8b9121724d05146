import type { AccountLimits } from "@ktx/codex-events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type CodexKtxLlmRuntime,
  RateLimitGovernor,
  type RateLimitEvent,
  type Transport,
} from "../../src/index.ts";
import { asSignal, signallingTransport } from "../fake-transport.ts";
import { answered, runtimeOn } from "../runtime-on-fakes.ts";

const noonMs = Date.UTC(2026, 10, 22, 12, 0, 0);
const resetsAt = noonMs / 1_000 + 60;

beforeEach(() => {
  vi.useFakeTimers({ now: noonMs });
});
afterEach(() => {
  vi.useRealTimers();
});

function limitsOf(usedPercent: number, rest: Partial<AccountLimits> = {}): AccountLimits {
  return {
    limitId: "codex",
    primary: { usedPercent, windowDurationMins: 300, resetsAt },
    ...rest,
  };
}

/** Each turn reports these limits and answers. */
function reporting(limits: AccountLimits): Transport {
  return signallingTransport(() => [{ type: "limits", limits }, ...answered.map(asSignal)]);
}

const ask = (runtime: CodexKtxLlmRuntime): Promise<string> =>
  runtime.generateText({ role: "default", prompt: "Well?" });

describe("the limits that a run reports", () => {
  test("reach the listeners of the governor as windows", async () => {
    const rateLimits = new RateLimitGovernor();
    const events: RateLimitEvent[] = [];
    rateLimits.subscribe((event) => events.push(event));
    await ask(runtimeOn(reporting(limitsOf(93)), { rateLimits }));
    const window = {
      name: "codex primary",
      usedPercent: 93,
      windowMinutes: 300,
      resetsAtMs: resetsAt * 1_000,
      hasCredits: false,
    };
    expect(events).toEqual([
      { type: "usage_reported", atMs: noonMs, windows: [window] },
      { type: "usage_warning", atMs: noonMs, window },
    ]);
  });

  test("hold the next run of any runtime of the governor until a used-up window resets", async () => {
    const rateLimits = new RateLimitGovernor();
    expect(await ask(runtimeOn(reporting(limitsOf(100)), { rateLimits }))).toBe("The answer.");
    const next = ask(runtimeOn(reporting(limitsOf(1)), { rateLimits }));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(rateLimits.load).toMatchObject({ running: 0, waiting: 1 });
    await vi.advanceTimersByTimeAsync(31_500);
    expect(await next).toBe("The answer.");
  });

  test("end a run with a CodexError that may not wait for the reset", async () => {
    const rateLimits = new RateLimitGovernor({ maxWaitMs: 1_000 });
    const runtime = runtimeOn(reporting(limitsOf(100)), { rateLimits });
    await ask(runtime);
    await expect(ask(runtime)).rejects.toMatchObject({
      name: "CodexError",
      failure: { kind: "usage-limit", resetsAt: { atMs: resetsAt * 1_000 } },
      message: expect.stringContaining("`codex primary` as used up. Not waiting"),
    });
  });

  test.each([{ hasCredits: true }, { unlimited: true }])(
    "hold nobody while the account goes on with credits: %j",
    async (credits) => {
      const rateLimits = new RateLimitGovernor();
      const runtime = runtimeOn(reporting(limitsOf(100, { credits })), { rateLimits });
      await ask(runtime);
      expect(await ask(runtime)).toBe("The answer.");
    },
  );

  test("hold the next run where a member's own allowance is used up, credits or not", async () => {
    const rateLimits = new RateLimitGovernor({ maxWaitMs: 1_000 });
    const limits: AccountLimits = {
      credits: { hasCredits: true },
      individualLimit: { remainingPercent: 0, resetsAt },
    };
    const runtime = runtimeOn(reporting(limits), { rateLimits });
    await ask(runtime);
    await expect(ask(runtime)).rejects.toThrow("`codex individual` as used up");
  });
});

describe("runtime.limits()", () => {
  test("gives what a run has reported in the last minute, then asks the account", async () => {
    let asked = 0;
    const transport: Transport = {
      ...reporting(limitsOf(10)),
      readLimits: () => Promise.resolve(limitsOf(20 + (asked += 1))),
    };
    let nowMs = 0;
    const runtime = runtimeOn(transport, { monotonicNow: () => nowMs });
    expect(await runtime.limits()).toEqual(limitsOf(21));
    await ask(runtime);
    expect(await runtime.limits()).toEqual(limitsOf(10));
    expect(await runtime.limits({ maxAgeMs: 0 })).toEqual(limitsOf(22));
    nowMs += 60_000;
    expect(await runtime.limits()).toEqual(limitsOf(23));
  });

  test("holds the runs of the governor where the account says that a window is used up", async () => {
    const rateLimits = new RateLimitGovernor({ maxWaitMs: 1_000 });
    const transport: Transport = {
      ...reporting(limitsOf(10)),
      readLimits: () => Promise.resolve(limitsOf(100)),
    };
    const runtime = runtimeOn(transport, { rateLimits });
    await runtime.limits();
    await expect(ask(runtime)).rejects.toThrow("as used up");
  });

  test("gives the last known ones where the account does not tell, and undefined without any", async () => {
    const runtime = runtimeOn(reporting(limitsOf(10)));
    expect(await runtime.limits()).toBeUndefined();
    await ask(runtime);
    expect(await runtime.limits({ maxAgeMs: 0 })).toEqual(limitsOf(10));
  });

  test("rejects with the reason of a signal that has fired", async () => {
    const reason = new Error("enough");
    const runtime = runtimeOn(reporting(limitsOf(10)));
    await expect(runtime.limits({ abortSignal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
