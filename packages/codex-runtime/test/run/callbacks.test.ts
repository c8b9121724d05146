import type { ThreadEvent, TokenUsage } from "@ktx/codex-events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  CodexError,
  type OnWarning,
  RateLimitGovernor,
  type RuntimeWarning,
} from "../../src/index.ts";
import { CodexLauncher } from "../../src/transport/codex-launcher.ts";
import { callBack, guardWarnings } from "../../src/values/call-back.ts";
import { asSignal, signallingTransport } from "../fake-transport.ts";
import { fakeRunner, message, turnCompleted, turnFailed, turnStarted } from "../fake-runner.ts";
import { answered, runtimeOn } from "../runtime-on-fakes.ts";

/** Every way in which a callback can go wrong. A rejection that nothing handles fails the test file. */
const mishaps: readonly (readonly [string, () => unknown])[] = [
  [
    "throws",
    () => {
      throw new Error("boom");
    },
  ],
  [
    "throws undefined",
    () => {
      throw undefined;
    },
  ],
  ["rejects", () => Promise.reject(new Error("boom"))],
  ["rejects late", () => new Promise((_, reject) => setTimeout(reject, 5, new Error("boom")))],
  ["rejects with null", () => Promise.reject(null)],
  [
    "gives a thenable that throws",
    () => ({
      // oxlint-disable-next-line unicorn/no-thenable
      then: () => {
        throw new Error("boom");
      },
    }),
  ],
  [
    "throws what cannot be shown",
    () => {
      throw Object.defineProperty(new Error("boom"), "message", {
        get: () => {
          throw new Error("worse");
        },
      });
    },
  ],
];

const processWarnings: Error[] = [];
const onProcessWarning = (warning: Error): void => void processWarnings.push(warning);
beforeEach(() => {
  processWarnings.length = 0;
  process.on("warning", onProcessWarning);
});
afterEach(() => {
  process.off("warning", onProcessWarning);
});

const ask = { role: "default", prompt: "Well?" } as const;
const failing = fakeRunner([turnStarted, turnFailed("unexpected status 401 Unauthorized: no")]);

function collect(): { readonly warnings: RuntimeWarning[]; readonly onWarning: OnWarning } {
  const warnings: RuntimeWarning[] = [];
  return { warnings, onWarning: (warning) => void warnings.push(warning) };
}

const failedCallback = (callback: string): object => ({
  kind: "callback-failed",
  callback,
  message: expect.stringContaining(`\`${callback}\` failed: `),
});

describe.each(mishaps)("where it %s,", (_, mishap) => {
  test("`onMetrics` does not cost the answer", async () => {
    const { warnings, onWarning } = collect();
    const runtime = runtimeOn(fakeRunner(answered), { onWarning });
    expect(await runtime.generateText({ ...ask, onMetrics: mishap })).toBe("The answer.");
    await expect.poll(() => warnings).toMatchObject([failedCallback("onMetrics")]);
  });

  test("`onMetrics` does not cost the value of a schema", async () => {
    const { warnings, onWarning } = collect();
    const runner = fakeRunner([turnStarted, message('{"a":1}'), turnCompleted]);
    const value = runtimeOn(runner, { onWarning }).generateObject({
      ...ask,
      schema: z.object({ a: z.number() }),
      onMetrics: mishap,
    });
    expect(await value).toEqual({ a: 1 });
    await expect.poll(() => warnings).toMatchObject([failedCallback("onMetrics")]);
  });

  test("`onMetrics` does not hide the failure", async () => {
    const { warnings, onWarning } = collect();
    const answer = runtimeOn(failing, { onWarning }).generateText({ ...ask, onMetrics: mishap });
    await expect(answer).rejects.toMatchObject({ failure: { kind: "auth" } });
    await expect.poll(() => warnings).toMatchObject([failedCallback("onMetrics")]);
  });

  test("`onMetrics` does not hide the reason of an abort", async () => {
    const { onWarning } = collect();
    const answer = runtimeOn(fakeRunner([turnStarted], { hangs: true }), {
      onWarning,
    }).generateText({ ...ask, onMetrics: mishap, abortSignal: AbortSignal.timeout(20) });
    await expect(answer).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("`onWarning` does not cost the run, and its warning is not lost", async () => {
    const runtime = runtimeOn(fakeRunner(answered), { onWarning: mishap });
    const onMetrics = (): void => {
      throw new Error("first");
    };
    expect(await runtime.generateText({ ...ask, onMetrics })).toBe("The answer.");
    await expect
      .poll(() => processWarnings.map(({ message: text }) => text))
      .toEqual([
        "`onMetrics` failed: first. The run continues without it.",
        expect.stringMatching(/^`onWarning` failed: .* The run continues without it\.$/),
      ]);
  });

  test("`onWarning` of a launcher does not throw", async () => {
    const launcher = new CodexLauncher({ onWarning: mishap });
    launcher.warn({ kind: "process-survives", message: "Process 7 is still running.", pids: [7] });
    await expect.poll(() => processWarnings.length).toBe(2);
  });

  test("a listener of a governor does not cost the work, nor the other listeners", async () => {
    const governor = new RateLimitGovernor();
    const seen: string[] = [];
    governor.subscribe(mishap);
    governor.subscribe(({ type }) => void seen.push(type));
    const work = governor.run(() => {
      governor.observe({ kind: "rate-limit", message: "slow down", raw: "", retryable: true });
      return Promise.resolve("done");
    });
    expect(await work).toBe("done");
    expect(seen).toContain("rate_limit_observed");
    await expect.poll(() => processWarnings.length).toBeGreaterThan(0);
    expect(processWarnings[0]?.message).toContain("a listener of the RateLimitGovernor");
    expect(await governor.run(() => Promise.resolve("again"))).toBe("again");
  });
});

test("`onUsage` gets the tokens of a turn each time they are reported, and may fail", async () => {
  const { warnings, onWarning } = collect();
  const reported = [{ inputTokens: 10 }, { inputTokens: 40, outputTokens: 3 }];
  const transport = signallingTransport(() => [
    ...reported.map((usage) => ({ type: "usage", usage }) as const),
    ...answered.map(asSignal),
  ]);
  const seen: TokenUsage[] = [];
  const onUsage = (usage: TokenUsage): void => {
    seen.push(usage);
    throw new Error("boom");
  };
  const runtime = runtimeOn(transport, { onWarning });
  expect(await runtime.generateText({ ...ask, onUsage })).toBe("The answer.");
  expect(seen).toEqual(reported);
  await expect.poll(() => warnings).toMatchObject(reported.map(() => failedCallback("onUsage")));
});

test("`onEvent` gets each event of every kind of call, and may fail", async () => {
  const { warnings, onWarning } = collect();
  const seen: string[] = [];
  const onEvent = ({ type }: ThreadEvent): void => {
    seen.push(type);
    throw new Error("boom");
  };
  const runtime = runtimeOn(fakeRunner(answered), { onWarning });
  const loop = { systemPrompt: "", toolSet: {}, stepBudget: 3 };
  await runtime.generateText({ ...ask, onEvent });
  const once = [...seen];
  expect(once.at(-1)).toBe("turn.completed");
  await runtime.runAgentLoop({ ...loop, modelRole: "default", userPrompt: "Work.", onEvent });
  await runtime.streamText({ ...ask, onEvent }).text;
  expect(seen).toEqual([...once, ...once, ...once]);
  await expect.poll(() => warnings.length).toBeGreaterThanOrEqual(3 * once.length);
  expect(warnings[0]).toMatchObject(failedCallback("onEvent"));
});

test("`onStepFinish` alone may end a run", async () => {
  const error = new Error("enough");
  const work = runtimeOn(fakeRunner(answered)).runAgentLoop({
    modelRole: "default",
    systemPrompt: "",
    userPrompt: "Work.",
    toolSet: {},
    stepBudget: 3,
    onStepFinish: () => Promise.reject(error),
  });
  await expect(work).rejects.toBe(error);
});

test("a callback is called at once, and a promise of it is not waited for", () => {
  const order: string[] = [];
  callBack(
    "it",
    () => new Promise(() => order.push("called")),
    () => {},
  );
  order.push("after");
  expect(order).toEqual(["called", "after"]);
});

test.each([
  ["plain text", "`it` failed: plain text. The run continues without it."],
  [new Error("What?"), "`it` failed: What? The run continues without it."],
  [{ code: 7 }, "`it` failed: { code: 7 }. The run continues without it."],
])("a warning says what was thrown: %j", async (thrown, text) => {
  const { warnings, onWarning } = collect();
  callBack("it", () => Promise.reject(thrown), guardWarnings(onWarning));
  await expect
    .poll(() => warnings)
    .toMatchObject([{ message: text, callback: "it", error: thrown }]);
});

test("a warning about a callback holds no key of the run", async () => {
  const { warnings, onWarning } = collect();
  const apiKey = "key-of-this-run-0123456789";
  await runtimeOn(fakeRunner(answered), { onWarning, env: { CODEX_API_KEY: apiKey } }).generateText(
    {
      ...ask,
      onMetrics: () => {
        throw new Error(`refused ${apiKey}`);
      },
    },
  );
  await expect.poll(() => warnings.length).toBe(1);
  expect(JSON.stringify(warnings)).toContain("[redacted]");
  expect(JSON.stringify(warnings)).not.toContain(apiKey);
});

test("an error that a callback hid before is a CodexError still", async () => {
  const answer = runtimeOn(failing, { onWarning: () => {} }).generateText({
    ...ask,
    onMetrics: () => {
      throw new Error("metrics");
    },
  });
  await expect(answer).rejects.toBeInstanceOf(CodexError);
});
