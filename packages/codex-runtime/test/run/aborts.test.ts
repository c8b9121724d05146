import { setImmediate as nextTurn } from "node:timers/promises";
import { buildFailure } from "@ktx/codex-events";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import {
  CodexError,
  type CodexKtxLlmRuntime,
  type CodexRunner,
  RateLimitGovernor,
  probeCodex,
} from "../../src/index.ts";
import { fakeRunner, message, turnCompleted, turnFailed, turnStarted } from "../fake-runner.ts";
import { answered, loop, runtimeOn } from "../runtime-on-fakes.ts";

const limit = buildFailure({ kind: "rate-limit", message: "slow down" });
const reasons: readonly (readonly [string, unknown])[] = [
  ["a text", "user left"],
  ["an empty text", ""],
  ["null", null],
  ["0", 0],
  ["false", false],
  ["an object", { code: "left" }],
  ["a function", () => "left"],
  ["an error", new Error("left")],
  ["an error of a class that means something here", new CodexError(limit)],
];

const methods: Readonly<
  Record<string, (runtime: CodexKtxLlmRuntime, abortSignal: AbortSignal) => Promise<unknown>>
> = {
  generateText: (runtime, abortSignal) =>
    runtime.generateText({ role: "default", prompt: "Well?", abortSignal }),
  generateObject: (runtime, abortSignal) =>
    runtime.generateObject({ role: "default", prompt: "Well?", schema: z.object({}), abortSignal }),
  runAgentLoop: (runtime, abortSignal) => runtime.runAgentLoop(loop({ abortSignal })),
};

/** Stops the timers, so that no pause between two attempts ends by itself. */
function stopTimers(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
}

/** What the promise was rejected with. */
async function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    (value) => {
      throw new Error(`it resolved to ${String(value)}`);
    },
    (error: unknown) => error,
  );
}

describe.each(Object.entries(methods))("%s rejects with the very reason of an abort", (_, call) => {
  test.each(reasons)("before the start: %s", async (__, reason) => {
    const runner = fakeRunner(answered);
    expect(await rejection(call(runtimeOn(runner), AbortSignal.abort(reason)))).toBe(reason);
    expect(runner.inputs).toEqual([]);
  });

  test.each(reasons)("in a turn: %s", async (__, reason) => {
    const caller = new AbortController();
    const runner: CodexRunner = {
      async runStreamed(input) {
        const events = await fakeRunner([turnStarted], { hangs: true }).runStreamed(input);
        setTimeout(() => caller.abort(reason), 5);
        return events;
      },
    };
    expect(await rejection(call(runtimeOn(runner), caller.signal))).toBe(reason);
  });

  test.each(reasons)("in the queue of a governor: %s", async (__, reason) => {
    const rateLimits = new RateLimitGovernor({ maxConcurrency: 1 });
    const { promise: busy, resolve: free } = Promise.withResolvers<void>();
    const other = rateLimits.run(() => busy);
    const caller = new AbortController();
    const runner = fakeRunner(answered);
    const work = rejection(call(runtimeOn(runner, { rateLimits }), caller.signal));
    await expect.poll(() => rateLimits.load.waiting).toBe(1);
    caller.abort(reason);
    expect(await work).toBe(reason);
    free();
    await other;
    expect(runner.inputs).toEqual([]);
  });

  test.each(reasons)("between two attempts: %s", async (__, reason) => {
    stopTimers();
    const caller = new AbortController();
    const failing = fakeRunner([turnStarted, turnFailed("stream disconnected before completion")]);
    const runtime = runtimeOn(failing, { maxRetries: 3, random: () => 1 });
    const work = rejection(call(runtime, caller.signal));
    await expect.poll(() => failing.released).toBe(true);
    await nextTurn();
    caller.abort(reason);
    expect(await work).toBe(reason);
    expect(failing.inputs).toHaveLength(1);
  });
});

test.each(reasons)(
  "between two attempts of which the first had no answer: %s",
  async (_, reason) => {
    stopTimers();
    const caller = new AbortController();
    const empty = fakeRunner([turnStarted, turnCompleted]);
    const runtime = runtimeOn(empty, { maxRetries: 3, random: () => 1 });
    const work = rejection(
      runtime.generateText({ role: "default", prompt: "Well?", abortSignal: caller.signal }),
    );
    await expect.poll(() => empty.released).toBe(true);
    await nextTurn();
    caller.abort(reason);
    expect(await work).toBe(reason);
  },
);

test.each(reasons)("a probe rejects with the very reason: %s", async (_, reason) => {
  const runner = fakeRunner(answered);
  const options = { projectDir: "/project", model: "codex", runner };
  const probe = probeCodex({ ...options, abortSignal: AbortSignal.abort(reason) });
  expect(await rejection(probe)).toBe(reason);
});

test("an abort without a reason rejects with the signal's DOMException", async () => {
  const caller = new AbortController();
  caller.abort();
  const work = methods["generateText"]?.(runtimeOn(fakeRunner(answered)), caller.signal);
  expect(await rejection(work ?? Promise.resolve())).toBe(caller.signal.reason);
  expect(caller.signal.reason).toBeInstanceOf(DOMException);
});

test("an answer that was there before the abort is kept", async () => {
  const caller = new AbortController();
  const result = await runtimeOn(
    fakeRunner([turnStarted, message("Here."), turnCompleted]),
  ).runAgentLoop(
    loop({ abortSignal: caller.signal, onStepFinish: () => caller.abort("too late") }),
  );
  expect(result).toMatchObject({ stopReason: "natural", text: "Here." });
});

test("a turn that completed without an answer as the caller aborted rejects with the reason", async () => {
  const caller = new AbortController();
  const runner = fakeRunner([turnStarted, turnCompleted]);
  const schema = z.object({});
  const given = runtimeOn({
    runStreamed: async (input) => {
      const events = await runner.runStreamed(input);
      return (async function* () {
        for await (const event of events) {
          if (event === turnCompleted) caller.abort("user left");
          yield event;
        }
      })();
    },
  }).generateObject({ role: "default", prompt: "Well?", schema, abortSignal: caller.signal });
  expect(await rejection(given)).toBe("user left");
});
