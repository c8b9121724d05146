import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { defineTool, type ToolBridgeHandle, type ToolSet } from "@ktx/mcp-bridge";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  agentLoopChannelName,
  type AgentLoopInput,
  CodexError,
  CodexKtxLlmRuntime,
  type CodexRuntimeOptions,
  type RunMetrics,
  ToolCallError,
} from "../src/index.ts";
import {
  type FakeRunner,
  fakeRunner,
  message,
  provisionalError,
  reportedUsage,
  threadStarted,
  toolCalled,
  turnCompleted,
  turnFailed,
  turnStarted,
} from "./fake-runner.ts";

const answered = [threadStarted, turnStarted, message("The answer."), turnCompleted];

function runtimeOn(
  runner: FakeRunner,
  options: Partial<CodexRuntimeOptions> = {},
): CodexKtxLlmRuntime {
  return new CodexKtxLlmRuntime({
    projectDir: "/project",
    modelSlots: { default: "codex", triage: "gpt-5.4-mini" },
    runner,
    now: tickingClock(),
    maxRetries: 0,
    ...options,
  });
}

/** Each reading is 10 ms after the last. */
function tickingClock(): () => number {
  let nowMs = 1_000;
  return () => (nowMs += 10);
}

const search = defineTool({
  name: "wiki_search",
  description: "Searches the wiki.",
  inputSchema: z.object({ query: z.string() }),
  execute: ({ query }) => `found ${query}`,
});

interface FakeBridge {
  readonly started: { projectDir: string; toolSet: ToolSet }[];
  readonly closed: () => number;
  readonly start: NonNullable<CodexRuntimeOptions["startMcpServer"]>;
}

function fakeBridge(): FakeBridge {
  const started: { projectDir: string; toolSet: ToolSet }[] = [];
  let closed = 0;
  const close = (): Promise<void> => {
    closed += 1;
    return Promise.resolve();
  };
  return {
    started,
    closed: () => closed,
    start: ({ projectDir, toolSet }) => {
      started.push({ projectDir, toolSet });
      const handle = {
        url: "http://127.0.0.1:4711/mcp",
        bearerTokenEnvVar: "KTX_CODEX_RUNTIME_MCP_TOKEN",
        bearerToken: "token-of-this-run",
        close,
        [Symbol.asyncDispose]: close,
      };
      return Promise.resolve(handle as ToolBridgeHandle);
    },
  };
}

function loop(overrides: Partial<AgentLoopInput> = {}): AgentLoopInput {
  return {
    modelRole: "default",
    systemPrompt: "You tend a wiki.",
    userPrompt: "Tidy up.",
    toolSet: {},
    stepBudget: 10,
    telemetryTags: { job: "tidy" },
    ...overrides,
  };
}

describe("generateText", () => {
  test("gives the last message of a completed turn", async () => {
    const runner = fakeRunner([
      threadStarted,
      turnStarted,
      message("Hm."),
      message("Yes."),
      turnCompleted,
    ]);
    expect(await runtimeOn(runner).generateText({ role: "default", prompt: "Well?" })).toBe("Yes.");
  });

  test("asks the runner for the role's model with system and prompt in one text", async () => {
    const runner = fakeRunner(answered);
    await runtimeOn(runner).generateText({ role: "triage", system: "Be brief.", prompt: "Well?" });
    expect(runner.inputs).toMatchObject([
      { projectDir: "/project", model: "gpt-5.4-mini", prompt: "Be brief.\n\nWell?" },
    ]);
  });

  test("runs a role without a slot on the default model, and knows the alias for it", async () => {
    const runner = fakeRunner(answered);
    await runtimeOn(runner).generateText({ role: "curator", prompt: "Well?" });
    expect(runner.inputs[0]?.model).toBe("gpt-5.5");
  });

  test("allows no writing, asking, searching or history, whatever the runner", async () => {
    const runner = fakeRunner(answered);
    await runtimeOn(runner).generateText({ role: "default", prompt: "Well?" });
    expect(runner.inputs[0]).toMatchObject({
      env: {},
      configOverrides: {
        sandbox_mode: "read-only",
        approval_policy: "never",
        web_search: "disabled",
        history: { persistence: "none" },
      },
    });
    expect(runner.inputs[0]?.configOverrides).not.toHaveProperty("mcp_servers");
  });

  test("reports metrics on success", async () => {
    const metrics: RunMetrics[] = [];
    await runtimeOn(fakeRunner(answered)).generateText({
      role: "default",
      prompt: "Well?",
      onMetrics: (reported) => metrics.push(reported),
    });
    expect(metrics).toEqual([{ totalMs: expect.any(Number), usage: reportedUsage }]);
  });

  test("reports metrics on failure, and rejects with the failure's sentence", async () => {
    const metrics: RunMetrics[] = [];
    const text = runtimeOn(fakeRunner([turnStarted, turnFailed("rate limit exceeded: slow down")]));
    const answer = text.generateText({
      role: "default",
      prompt: "Well?",
      onMetrics: (reported) => metrics.push(reported),
    });
    await expect(answer).rejects.toMatchObject({
      name: "CodexError",
      failure: { kind: "rate-limit" },
      message: expect.stringContaining("slow down"),
    });
    expect(metrics).toHaveLength(1);
  });

  test.each([
    ["no message at all", [turnStarted, turnCompleted]],
    ["an empty message", [turnStarted, message(" \n"), turnCompleted]],
  ])("rejects a completed turn with %s as an empty turn", async (_, events) => {
    const answer = runtimeOn(fakeRunner(events)).generateText({ role: "default", prompt: "Well?" });
    await expect(answer).rejects.toMatchObject({ failure: { kind: "empty-turn" } });
  });

  test("lets the events decide when the stream throws after them", async () => {
    const runner = fakeRunner(
      [
        turnStarted,
        provisionalError("x"),
        turnFailed("Quota exceeded. Check your plan and billing details."),
      ],
      { throws: new Error("Codex Exec exited with code 1: Reading prompt from stdin...") },
    );
    const answer = runtimeOn(runner).generateText({ role: "default", prompt: "Well?" });
    await expect(answer).rejects.toMatchObject({
      failure: { kind: "usage-limit" },
      message: expect.stringContaining("Quota exceeded"),
    });
  });

  test("keeps the answer of a turn that completed before the stream threw", async () => {
    const runner = fakeRunner(answered, { throws: new Error("Codex Exec exited with code 1: ") });
    expect(await runtimeOn(runner).generateText({ role: "default", prompt: "Well?" })).toBe(
      "The answer.",
    );
  });

  test("falls back to what the stream threw when there was no event", async () => {
    const thrown = new Error("Codex Exec exited with signal SIGKILL: ");
    const answer = runtimeOn(fakeRunner([], { throws: thrown })).generateText({
      role: "default",
      prompt: "Well?",
    });
    await expect(answer).rejects.toMatchObject({ failure: { kind: "process" }, cause: thrown });
  });

  test("takes a reconnect that recovered for a success", async () => {
    const runner = fakeRunner([
      turnStarted,
      provisionalError("Reconnecting... 1/2 (stream disconnected before completion)"),
      message("Here again."),
      turnCompleted,
    ]);
    expect(await runtimeOn(runner).generateText({ role: "default", prompt: "Well?" })).toBe(
      "Here again.",
    );
  });

  test("says so when the stream ends without a word", async () => {
    const answer = runtimeOn(fakeRunner([turnStarted])).generateText({
      role: "default",
      prompt: "Well?",
    });
    await expect(answer).rejects.toMatchObject({ failure: { kind: "stream-disconnected" } });
  });

  test("offers its tools too, and fails with the reason when one of their calls failed", async () => {
    const bridge = fakeBridge();
    const runner = fakeRunner([
      toolCalled("wiki_search", { status: "failed", error: { message: "the index is gone" } }),
      message("I could not look."),
      turnCompleted,
    ]);
    const answer = runtimeOn(runner, { startMcpServer: bridge.start }).generateText({
      role: "default",
      prompt: "Look!",
      tools: { search },
    });
    await expect(answer).rejects.toThrow(
      "Codex runtime tool call failed: wiki_search: the index is gone",
    );
    expect(bridge.closed()).toBe(1);
  });
});

describe("what can not be asked", () => {
  const cases: readonly (readonly [
    string,
    (runtime: CodexKtxLlmRuntime) => Promise<unknown>,
    RegExp,
  ])[] = [
    [
      "a model id that is not allowed",
      (runtime) => runtime.generateText({ role: "odd", prompt: "Well?" }),
      /^Unsupported Codex model "claude-x"\. Expected .*"gpt-".*Change the model slot/,
    ],
    [
      "an empty prompt",
      (runtime) => runtime.generateText({ role: "default", prompt: " \n" }),
      /^Expected a prompt, got an empty text/,
    ],
    [
      "a prompt of 2 MB",
      (runtime) => runtime.generateText({ role: "default", prompt: "x".repeat(2_000_000) }),
      /^Expected at most 1048576 characters .*got 2000000/,
    ],
    [
      "a step budget below 1",
      (runtime) => runtime.runAgentLoop(loop({ stepBudget: 0 })),
      /^Expected `stepBudget` to be a whole number from 1, got 0/,
    ],
    [
      "a step budget that is no whole number",
      (runtime) => runtime.runAgentLoop(loop({ stepBudget: 1.5 })),
      /^Expected `stepBudget` to be a whole number from 1, got 1\.5/,
    ],
    [
      "two tools of one name",
      (runtime) => runtime.runAgentLoop(loop({ toolSet: { one: search, two: search } })),
      /two.*wiki_search.*one/s,
    ],
    [
      "a tool with an illegal name",
      (runtime) => runtime.runAgentLoop(loop({ toolSet: { odd: { ...search, name: "a b" } } })),
      /odd.*a b/s,
    ],
    [
      "an input schema that is no object",
      (runtime) =>
        runtime.runAgentLoop(
          loop({
            toolSet: { odd: { ...search, inputSchema: z.string() as unknown as z.ZodObject } },
          }),
        ),
      /odd.*inputSchema/s,
    ],
  ];

  test.each(cases)("%s is refused before anything is started", async (_, ask, expected) => {
    const bridge = fakeBridge();
    const runner = fakeRunner(answered);
    const runtime = runtimeOn(runner, {
      modelSlots: { default: "codex", odd: "claude-x" },
      startMcpServer: bridge.start,
    });
    await expect(ask(runtime)).rejects.toThrow(expected);
    expect({ runs: runner.inputs, bridges: bridge.started }).toEqual({ runs: [], bridges: [] });
  });

  test("any model id is allowed on an endpoint of the caller's own", async () => {
    const runner = fakeRunner(answered);
    await runtimeOn(runner, {
      modelSlots: { default: "llama3:8b" },
      endpoint: { baseUrl: "http://127.0.0.1:1/v1", apiKeyEnv: "MY_KEY" },
    }).generateText({ role: "default", prompt: "Well?" });
    expect(runner.inputs[0]?.model).toBe("llama3:8b");
    expect(runner.inputs[0]?.configOverrides).toMatchObject({
      model_provider: "ktx-endpoint",
      model_providers: {
        "ktx-endpoint": {
          base_url: "http://127.0.0.1:1/v1",
          env_key: "MY_KEY",
          wire_api: "responses",
          supports_websockets: false,
        },
      },
    });
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    "a time limit of %d is refused",
    (timeoutMs) => {
      expect(() => runtimeOn(fakeRunner([]), { timeoutMs })).toThrow(
        /^Expected `timeoutMs` to be milliseconds/,
      );
    },
  );
});

describe("runAgentLoop", () => {
  test("offers exactly the run's tools, its token in the environment alone", async () => {
    const bridge = fakeBridge();
    const runner = fakeRunner(answered);
    await runtimeOn(runner, { startMcpServer: bridge.start }).runAgentLoop(
      loop({ toolSet: { search } }),
    );
    expect(bridge.started).toEqual([{ projectDir: "/project", toolSet: { search } }]);
    expect(runner.inputs[0]?.configOverrides).toMatchObject({
      mcp_servers: {
        ktx: {
          url: "http://127.0.0.1:4711/mcp",
          bearer_token_env_var: "KTX_CODEX_RUNTIME_MCP_TOKEN",
          enabled_tools: ["wiki_search"],
          default_tools_approval_mode: "approve",
          required: true,
        },
      },
    });
    expect(runner.inputs[0]?.env).toEqual({ KTX_CODEX_RUNTIME_MCP_TOKEN: "token-of-this-run" });
    expect(JSON.stringify(runner.inputs[0]?.configOverrides)).not.toContain("token-of-this-run");
    expect(bridge.closed()).toBe(1);
  });

  test("starts no bridge without tools", async () => {
    const bridge = fakeBridge();
    await runtimeOn(fakeRunner(answered), { startMcpServer: bridge.start }).runAgentLoop(loop());
    expect(bridge.started).toEqual([]);
  });

  test("ends naturally with the answer and the metrics", async () => {
    const runner = fakeRunner([
      turnStarted,
      toolCalled("a"),
      toolCalled("b"),
      message("Done."),
      turnCompleted,
    ]);
    expect(await runtimeOn(runner).runAgentLoop(loop())).toEqual({
      stopReason: "natural",
      text: "Done.",
      toolCalls: [
        { server: "ktx", tool: "a", status: "completed" },
        { server: "ktx", tool: "b", status: "completed" },
      ],
      metrics: {
        totalMs: expect.any(Number),
        usage: reportedUsage,
        stepCount: 2,
        stepBoundariesMs: [10, 20],
      },
    });
  });

  test("reports each step before the next event is taken", async () => {
    const runner = fakeRunner([
      turnStarted,
      toolCalled("a"),
      toolCalled("b"),
      message("Done."),
      turnCompleted,
    ]);
    const seen: unknown[] = [];
    await runtimeOn(runner).runAgentLoop(
      loop({
        onStepFinish: async (step) => {
          await Promise.resolve();
          seen.push({ ...step, taken: runner.taken });
        },
      }),
    );
    expect(seen).toEqual([
      { stepIndex: 1, stepBudget: 10, taken: 2 },
      { stepIndex: 2, stepBudget: 10, taken: 3 },
    ]);
  });

  test("reports one step for a turn without actions", async () => {
    const steps: unknown[] = [];
    const result = await runtimeOn(fakeRunner(answered)).runAgentLoop(
      loop({ stepBudget: 1, onStepFinish: (step) => void steps.push(step) }),
    );
    expect(steps).toEqual([{ stepIndex: 1, stepBudget: 1 }]);
    expect(result).toMatchObject({ stopReason: "natural", metrics: { stepCount: 1 } });
  });

  test("aborts the stream when the budget's last step completes, without an error", async () => {
    const runner = fakeRunner([
      turnStarted,
      ...["a", "b", "c", "d", "e"].map((name) => toolCalled(name)),
      turnCompleted,
    ]);
    const result = await runtimeOn(runner).runAgentLoop(loop({ stepBudget: 2 }));
    expect(result).toEqual({
      stopReason: "budget",
      budget: "steps",
      toolCalls: [
        { server: "ktx", tool: "a", status: "completed" },
        { server: "ktx", tool: "b", status: "completed" },
      ],
      metrics: { totalMs: expect.any(Number), usage: {}, stepCount: 2, stepBoundariesMs: [10, 20] },
    });
    expect(runner).toMatchObject({ taken: 3, released: true });
    expect(runner.inputs[0]?.signal?.aborted).toBe(true);
  });

  test.each([
    [
      "in the error",
      { status: "failed", result: null, error: { message: "connection refused" } },
      "connection refused",
    ],
    [
      "in the text of the result while the error is null",
      {
        status: "failed",
        result: { content: [{ type: "text", text: "no such page" }] },
        error: null,
      },
      "no such page",
    ],
  ])("finds a failed call's reason %s", async (_, outcome, reason) => {
    const runner = fakeRunner([
      turnStarted,
      toolCalled("wiki_read", outcome),
      message("Hm."),
      turnCompleted,
    ]);
    const result = await runtimeOn(runner).runAgentLoop(loop());
    expect(result).toMatchObject({
      stopReason: "error",
      error: expect.any(ToolCallError),
      metrics: { usage: reportedUsage, stepCount: 1 },
    });
    expect(result.error?.message).toBe(`Codex runtime tool call failed: wiki_read: ${reason}`);
  });

  test("takes `error: null` for the success that it is", async () => {
    const runner = fakeRunner([
      turnStarted,
      toolCalled("wiki_read", { error: null }),
      message("Hm."),
      turnCompleted,
    ]);
    expect(await runtimeOn(runner).runAgentLoop(loop())).toMatchObject({ stopReason: "natural" });
  });

  test("returns a failed turn as an error with the metrics", async () => {
    const runner = fakeRunner([
      turnStarted,
      toolCalled("a"),
      turnFailed("unexpected status 401 Unauthorized: bad key"),
    ]);
    const result = await runtimeOn(runner).runAgentLoop(loop());
    expect(result).toMatchObject({
      stopReason: "error",
      error: expect.any(CodexError),
      metrics: { stepCount: 1 },
    });
    expect(result.error).toMatchObject({ failure: { kind: "auth", httpStatus: 401 } });
  });

  test("rejects with the caller's own reason, and releases the stream", async () => {
    const runner = fakeRunner([turnStarted, toolCalled("a")], { hangs: true });
    const caller = new AbortController();
    const reason = new Error("the user pressed Ctrl-C");
    const result = runtimeOn(runner).runAgentLoop(
      loop({ abortSignal: caller.signal, onStepFinish: () => caller.abort(reason) }),
    );
    await expect(result).rejects.toBe(reason);
    expect(runner.released).toBe(true);
  });

  test("tells whatever observes the process how it ended, under the caller's tags", async () => {
    const told: unknown[] = [];
    const listen = (ended: unknown): void => void told.push(ended);
    subscribe(agentLoopChannelName, listen);
    const { metrics } = await runtimeOn(fakeRunner(answered)).runAgentLoop(loop());
    unsubscribe(agentLoopChannelName, listen);
    expect(told).toEqual([
      {
        role: "default",
        model: "gpt-5.5",
        telemetryTags: { job: "tidy" },
        stopReason: "natural",
        metrics,
      },
    ]);
  });

  test("starts nothing when the caller had aborted before", async () => {
    const runner = fakeRunner(answered);
    const reason = new Error("too late");
    await expect(
      runtimeOn(runner).runAgentLoop(loop({ abortSignal: AbortSignal.abort(reason) })),
    ).rejects.toBe(reason);
    expect(runner.inputs).toEqual([]);
  });

  test("rejects with what onStepFinish throws, and releases the stream", async () => {
    const runner = fakeRunner([turnStarted, toolCalled("a"), toolCalled("b"), turnCompleted]);
    const failure = new Error("the display broke");
    const result = runtimeOn(runner).runAgentLoop(
      loop({
        onStepFinish: () => {
          throw failure;
        },
      }),
    );
    await expect(result).rejects.toBe(failure);
    expect(runner).toMatchObject({ taken: 2, released: true });
  });
});
