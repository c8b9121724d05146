import { defineTool, type ToolBridgeHandle } from "@ktx/mcp-bridge";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import {
  CodexKtxLlmRuntime,
  type CodexRunner,
  type CodexRuntimeOptions,
  type RunMetrics,
  type Transport,
} from "../../src/index.ts";
import { asSignal, playedBy, signallingTransport } from "../fake-transport.ts";
import {
  fakeRunner,
  fakeRunnerInTurns,
  message,
  provisionalError,
  toolCalled,
  toolStarted,
  turnCompleted,
  turnFailed,
  turnStarted,
} from "../fake-runner.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const overloaded = turnFailed("We're currently experiencing high demand.");
const failing = fakeRunner([turnStarted, overloaded]);

function runtimeOn(
  player: CodexRunner | Transport,
  options: Partial<CodexRuntimeOptions> = {},
): CodexKtxLlmRuntime {
  return new CodexKtxLlmRuntime({
    projectDir: "/project",
    modelSlots: { default: "codex" },
    ...playedBy(player),
    random: () => 0,
    startMcpServer: () => Promise.resolve(fakeBridge),
    ...options,
  });
}

const fakeBridge = {
  url: "http://127.0.0.1:4711/mcp",
  bearerTokenEnvVar: "KTX_CODEX_RUNTIME_MCP_TOKEN",
  bearerToken: "token-of-this-run",
  close: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
} as ToolBridgeHandle;

const ask = { role: "default", prompt: "Well?" };

/** What a promise came to, with the clock driven on for a minute. */
async function settled<Value>(work: Promise<Value>): Promise<Value | Error> {
  const [value] = await Promise.all([
    work.catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))),
    vi.advanceTimersByTimeAsync(60_000),
  ]);
  return value;
}

describe("a call that fails in a way that may pass", () => {
  test("is tried again, and its metrics add up", async () => {
    const metrics: RunMetrics[] = [];
    let attempt = 0;
    const transport = signallingTransport(() => {
      attempt += 1;
      return attempt === 3
        ? [turnStarted, message("Here."), turnCompleted].map(asSignal)
        : [
            asSignal(turnStarted),
            { type: "usage", usage: { inputTokens: 7, outputTokens: 1 } },
            asSignal(overloaded),
          ];
    });
    const answer = runtimeOn(transport).generateText({
      ...ask,
      onMetrics: (told) => metrics.push(told),
    });
    expect(await settled(answer)).toBe("Here.");
    expect(metrics).toEqual([
      {
        totalMs: 125 + 250,
        attempts: 3,
        usage: {
          inputTokens: 24,
          cachedInputTokens: 2,
          outputTokens: 7,
          reasoningOutputTokens: 1,
          totalTokens: 15,
        },
      },
    ]);
  });

  test("fails with the last failure when the retries are used up", async () => {
    const error = await settled(runtimeOn(failing).generateText(ask));
    expect(error).toMatchObject({ failure: { kind: "server" } });
  });

  test.each([
    ["by maxRetries of the call", failing, { maxRetries: 0 }, 1],
    ["by maxRetries of the call, above the default", failing, { maxRetries: 5 }, 6],
    ["after the default of 3", failing, {}, 4],
    ["by Codex's own reconnects", reconnecting(2), {}, 2],
    ["by as many reconnects as are allowed", reconnecting(3), {}, 1],
    ["by the deadline", failing, { timeoutMs: 300, maxRetries: 9 }, 2],
  ])("is given up %s", async (_, runner, bounds, attempts) => {
    const before = runner.inputs.length;
    await settled(runtimeOn(runner).generateText({ ...ask, ...bounds }));
    expect(runner.inputs.length - before).toBe(attempts);
  });

  test("lets Codex reconnect in the first attempt alone, so that the two do not multiply", async () => {
    const runner = fakeRunner([turnStarted, overloaded]);
    const endpoint = { baseUrl: "http://127.0.0.1:1/v1" };
    await settled(runtimeOn(runner, { endpoint }).generateText(ask));
    expect(
      runner.inputs.map(({ configOverrides }) => configOverrides?.["model_providers"]),
    ).toMatchObject([
      { "ktx-endpoint": { request_max_retries: 0, stream_max_retries: 2 } },
      { "ktx-endpoint": { request_max_retries: 0, stream_max_retries: 0 } },
      { "ktx-endpoint": { request_max_retries: 0, stream_max_retries: 0 } },
      { "ktx-endpoint": { request_max_retries: 0, stream_max_retries: 0 } },
    ]);
  });

  test("ends with the caller's reason when the caller aborts between two attempts", async () => {
    const caller = new AbortController();
    const reason = new Error("never mind");
    const answer = runtimeOn(failing).generateText({ ...ask, abortSignal: caller.signal });
    setTimeout(() => caller.abort(reason), 50);
    expect(await settled(answer)).toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("has one deadline for all its attempts", async () => {
    const hanging = fakeRunner([turnStarted], { hangs: true });
    const runner = fakeRunnerInTurns(failing, hanging);
    const error = await settled(runtimeOn(runner).generateText({ ...ask, timeoutMs: 5_000 }));
    expect(error).toMatchObject({
      failure: { kind: "timeout", limit: "wall-clock" },
      message: "The turn did not finish within 4.875 s.",
    });
  });
});

describe("after a tool has run", () => {
  const tool = (annotations?: { readOnlyHint?: boolean; idempotentHint?: boolean }) =>
    defineTool({
      name: "touch",
      description: "Touches something.",
      inputSchema: z.object({}),
      ...(annotations && { annotations }),
      execute: () => "done",
    });
  const afterCall = fakeRunner([turnStarted, toolCalled("touch"), overloaded]);
  const duringCall = fakeRunner([turnStarted, toolStarted("touch"), overloaded]);

  test.each([
    ["that may change something", afterCall, tool(), {}, 1],
    ["that may have changed something when the turn failed", duringCall, tool(), {}, 1],
    ["that only reads", afterCall, tool({ readOnlyHint: true }), {}, 4],
    ["that does the same when it is done twice", afterCall, tool({ idempotentHint: true }), {}, 4],
    ["when the caller allows it", afterCall, tool(), { retryAfterSideEffects: true }, 4],
  ])("%s, the number of attempts is right", async (_, runner, touch, bounds, attempts) => {
    const before = runner.inputs.length;
    await settled(runtimeOn(runner).generateText({ ...ask, tools: { touch }, ...bounds }));
    expect(runner.inputs.length - before).toBe(attempts);
  });

  test("the steps of all attempts count against one budget, and their numbers go on", async () => {
    const steps: number[] = [];
    const result = await settled(
      runtimeOn(afterCall).runAgentLoop({
        modelRole: "default",
        systemPrompt: "",
        userPrompt: "Work.",
        toolSet: { touch: tool({ readOnlyHint: true }) },
        stepBudget: 3,
        onStepFinish: ({ stepIndex }) => void steps.push(stepIndex),
      }),
    );
    expect(result).toMatchObject({
      stopReason: "budget",
      budget: "steps",
      metrics: { attempts: 3, stepCount: 3, stepBoundariesMs: [0, 125, 375] },
    });
    expect(steps).toEqual([1, 2, 3]);
  });
});

describe("onToolFailure", () => {
  const failed = toolCalled("touch", { status: "failed", error: { message: "locked" } });
  const runner = fakeRunner([turnStarted, failed, message("It was locked."), turnCompleted]);

  test("`continue` leaves a failed call to the model, and counts it", async () => {
    const metrics: RunMetrics[] = [];
    const answer = await runtimeOn(runner, { onToolFailure: "continue" }).generateText({
      ...ask,
      onMetrics: (told) => metrics.push(told),
    });
    expect(answer).toBe("It was locked.");
    expect(metrics).toMatchObject([{ toolFailureCount: 1 }]);
  });

  test("of the call goes before the runtime's own", async () => {
    const runtime = runtimeOn(runner, { onToolFailure: "continue" });
    const answer = runtime.generateText({ ...ask, onToolFailure: "fail" });
    await expect(answer).rejects.toThrow("Codex runtime tool call failed: touch: locked");
  });

  test("`continue` ends a loop naturally, with the call's failure told", async () => {
    const result = await runtimeOn(runner).runAgentLoop({
      modelRole: "default",
      systemPrompt: "",
      userPrompt: "Work.",
      toolSet: {},
      stepBudget: 5,
      onToolFailure: "continue",
    });
    expect(result).toMatchObject({
      stopReason: "natural",
      toolCalls: [{ tool: "touch", status: "failed", error: "locked" }],
      metrics: { toolFailureCount: 1 },
    });
  });
});

function reconnecting(times: number): ReturnType<typeof fakeRunner> {
  const reconnects = Array.from({ length: times }, () =>
    provisionalError("Reconnecting... (boom)"),
  );
  return fakeRunner([turnStarted, ...reconnects, overloaded]);
}
