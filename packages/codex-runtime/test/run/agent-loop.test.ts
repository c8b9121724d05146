import { describe, expect, test } from "vitest";
import { CodexError, ToolCallError } from "../../src/index.ts";
import {
  fakeRunner,
  message,
  reportedUsage,
  toolCalled,
  toolReported,
  turnCompleted,
  turnFailed,
  turnStarted,
} from "../fake-runner.ts";
import { answered, fakeBridge, loop, runtimeOn, search } from "../runtime-on-fakes.ts";

describe("runAgentLoop", () => {
  test("offers exactly the run's tools, its token in the environment alone", async () => {
    const bridge = fakeBridge();
    const runner = fakeRunner(answered);
    await runtimeOn(runner, { startMcpServer: bridge.start }).runAgentLoop(
      loop({ toolSet: { search } }),
    );
    expect(bridge.started).toMatchObject([
      { projectDir: "/project", toolSet: { search: { name: "wiki_search" } } },
    ]);
    expect(Object.keys(bridge.started[0]?.toolSet ?? {})).toEqual(["search"]);
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
      toolCalls: [toolReported("a"), toolReported("b")],
      toolFailures: [],
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
      toolCalls: [toolReported("a"), toolReported("b")],
      toolFailures: [],
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
      message("I look."),
      toolCalled("wiki_read", outcome),
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
