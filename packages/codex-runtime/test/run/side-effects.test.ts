import { defineTool, type ToolContext, type ToolBridgeHandle, type ToolSet } from "@ktx/mcp-bridge";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  CodexError,
  type CodexRunner,
  RateLimitGovernor,
  type StartMcpServer,
} from "../../src/index.ts";
import { mayHaveSideEffects } from "../../src/run/side-effects.ts";
import { message, turnCompleted, turnStarted } from "../fake-runner.ts";
import { runtimeOn } from "../runtime-on-fakes.ts";

const context: ToolContext = {
  signal: new AbortController().signal,
  progress: () => {},
  log: () => {},
};

/** A bridge without events, whose tools the runner can call. */
function handBridge() {
  const offered: ToolSet[] = [];
  const close = (): Promise<void> => Promise.resolve();
  const start: StartMcpServer = ({ toolSet }) => {
    offered.push(toolSet);
    return Promise.resolve({
      url: "http://127.0.0.1:4711/mcp",
      bearerTokenEnvVar: "KTX_CODEX_RUNTIME_MCP_TOKEN",
      bearerToken: "token-of-this-run",
      close,
      [Symbol.asyncDispose]: close,
    } satisfies ToolBridgeHandle);
  };
  const call = async (at: number): Promise<unknown> =>
    offered.at(at)?.["touch"]?.execute({} as never, context);
  return { offered, start, call };
}

function countingTool(annotations?: { readOnlyHint?: boolean; idempotentHint?: boolean }) {
  let count = 0;
  const tool = defineTool({
    name: "touch",
    description: "Touches something.",
    inputSchema: z.object({}),
    ...(annotations && { annotations }),
    execute: () => `touched ${(count += 1)}`,
  });
  return { tool, count: () => count };
}

/** A runner that acts, and then fails without any event. */
function failingRunner(
  act: (attempt: number) => unknown,
  error = new Error("stream disconnected before completion: cut"),
) {
  let attempts = 0;
  const runner: CodexRunner = {
    async runStreamed() {
      attempts += 1;
      await act(attempts);
      throw error;
    },
  };
  return { runner, attempts: () => attempts };
}

const ask = { role: "default", prompt: "Well?" } as const;
const retrying = { maxRetries: 3, random: () => 0 };

describe("after a tool has started that no event tells of", () => {
  test.each([
    ["that may change something", undefined, {}, 1],
    ["that only reads", { readOnlyHint: true }, {}, 4],
    ["that does the same when it is done twice", { idempotentHint: true }, {}, 4],
    ["when the caller allows it", undefined, { retryAfterSideEffects: true }, 4],
  ])("%s, the number of attempts is right", async (_, annotations, bounds, attempts) => {
    const bridge = handBridge();
    const { tool, count } = countingTool(annotations);
    const failing = failingRunner(() => bridge.call(-1));
    const runtime = runtimeOn(failing.runner, { ...retrying, startMcpServer: bridge.start });
    const answer = runtime.generateText({ ...ask, tools: { touch: tool }, ...bounds });
    await expect(answer).rejects.toBeInstanceOf(CodexError);
    expect([failing.attempts(), count()]).toEqual([attempts, attempts]);
  });

  test("a call that still runs counts", async () => {
    const bridge = handBridge();
    let started = 0;
    const { tool } = countingTool();
    const endless = {
      ...tool,
      execute: () => {
        started += 1;
        return new Promise(() => {});
      },
    };
    const failing = failingRunner(() => void bridge.call(-1));
    const runtime = runtimeOn(failing.runner, { ...retrying, startMcpServer: bridge.start });
    await expect(
      runtime.generateText({ ...ask, tools: { touch: endless } }),
    ).rejects.toBeInstanceOf(CodexError);
    expect([failing.attempts(), started]).toEqual([1, 1]);
  });

  test("a call that failed counts: it may have changed something before", async () => {
    const bridge = handBridge();
    const { tool } = countingTool();
    const throwing = {
      ...tool,
      execute: () => {
        throw new Error("half done");
      },
    };
    const failing = failingRunner(() => bridge.call(-1).catch(() => {}));
    const runtime = runtimeOn(failing.runner, { ...retrying, startMcpServer: bridge.start });
    await expect(
      runtime.generateText({ ...ask, tools: { touch: throwing } }),
    ).rejects.toBeInstanceOf(CodexError);
    expect(failing.attempts()).toBe(1);
  });

  test("a governor does not repeat it after a limit either", async () => {
    const bridge = handBridge();
    const { tool, count } = countingTool();
    const limit = new Error("exceeded retry limit, last status: 429 Too Many Requests");
    const failing = failingRunner(() => bridge.call(-1), limit);
    const runtime = runtimeOn(failing.runner, {
      ...retrying,
      startMcpServer: bridge.start,
      rateLimits: new RateLimitGovernor(),
    });
    const answer = runtime.generateText({ ...ask, tools: { touch: tool } });
    await expect(answer).rejects.toMatchObject({ failure: { kind: "rate-limit" } });
    expect([failing.attempts(), count()]).toEqual([1, 1]);
  });

  test("an object is not asked for again", async () => {
    const bridge = handBridge();
    const { tool, count } = countingTool();
    const failing = failingRunner(() => bridge.call(-1));
    const answer = runtimeOn(failing.runner, {
      ...retrying,
      startMcpServer: bridge.start,
    }).generateObject({ ...ask, schema: z.object({}), tools: { touch: tool } });
    await expect(answer).rejects.toBeInstanceOf(CodexError);
    expect([failing.attempts(), count()]).toEqual([1, 1]);
  });

  test("an agent loop ends with the failure", async () => {
    const bridge = handBridge();
    const { tool, count } = countingTool();
    const failing = failingRunner(() => bridge.call(-1));
    const result = await runtimeOn(failing.runner, {
      ...retrying,
      startMcpServer: bridge.start,
    }).runAgentLoop({
      modelRole: "default",
      systemPrompt: "",
      userPrompt: "Work.",
      toolSet: { touch: tool },
      stepBudget: 3,
    });
    expect(result).toMatchObject({ stopReason: "error", error: expect.any(CodexError) });
    expect([failing.attempts(), count()]).toEqual([1, 1]);
  });
});

test("a call of an attempt that is repeated comes too late, and starts nothing", async () => {
  const bridge = handBridge();
  const { tool, count } = countingTool();
  const late: unknown[] = [];
  let attempts = 0;
  const runner: CodexRunner = {
    async runStreamed() {
      attempts += 1;
      if (attempts === 1) throw new Error("stream disconnected before completion: cut");
      // The first bridge was closed, but somebody else's may still pass on a call.
      late.push(await bridge.call(0).catch((error: unknown) => String(error)));
      late.push(await bridge.call(1));
      return (async function* () {
        yield* [turnStarted, message("Done."), turnCompleted];
      })();
    },
  };
  const answer = runtimeOn(runner, { ...retrying, startMcpServer: bridge.start }).generateText({
    ...ask,
    tools: { touch: tool },
  });
  expect(await answer).toBe("Done.");
  expect(late).toEqual([
    "Error: touch was not started: its turn has ended and is being repeated.",
    "touched 1",
  ]);
  expect(count()).toBe(1);
});

test("a bridge is started with the project's folder and the tools, and nothing else", async () => {
  const inputs: object[] = [];
  const { start } = handBridge();
  const { tool } = countingTool();
  await runtimeOn(failingRunner(() => {}).runner, {
    startMcpServer: (input) => {
      inputs.push(input);
      return start(input);
    },
  })
    .generateText({
      ...ask,
      tools: { touch: tool },
      toolObserver: { onCall: () => {} },
      abortSignal: new AbortController().signal,
    })
    .catch(() => {});
  expect(inputs.map((input) => Object.keys(input))).toEqual([["projectDir", "toolSet"]]);
});

test("calls are observed as they run where the handle has no events", async () => {
  const bridge = handBridge();
  const { tool } = countingTool();
  const seen: unknown[] = [];
  await runtimeOn(failingRunner(() => bridge.call(-1)).runner, { startMcpServer: bridge.start })
    .generateText({
      ...ask,
      tools: { touch: tool },
      toolObserver: {
        onCall: (call) => void seen.push(call),
        onResult: (result) => void seen.push(result),
      },
    })
    .catch(() => {});
  const call = { callId: 1, alias: "touch", name: "touch", arguments: {}, argumentBytes: 2 };
  expect(seen).toEqual([
    call,
    {
      ...call,
      outcome: "ok",
      text: "touched 1",
      durationMs: expect.any(Number),
      waitedMs: 0,
      resultBytes: 9,
      sentBytes: 9,
    },
  ]);
});

test.each([
  ["nothing was started or reported", [], [], false],
  ["only a reading tool was started", ["read"], [], false],
  ["another tool was started", ["read", "touch"], [], true],
  ["a tool was started that the set does not have", ["constructor"], [], true],
  ["a tool of ours was reported", [], [{ server: "ktx", tool: "touch" }], true],
  ["a tool of another server was reported", [], [{ server: "other", tool: "read" }], true],
] as const)(
  "when %s, side effects are possible: see the last column",
  (_, started, calls, expected) => {
    const { tool } = countingTool();
    const toolSet = {
      touch: tool,
      read: { ...tool, name: "read", annotations: { readOnlyHint: true } },
    };
    const reported = calls.map((call) => ({ ...call, status: "completed" as const }));
    expect(mayHaveSideEffects({ started: new Set(started), reported }, toolSet)).toBe(expected);
  },
);
