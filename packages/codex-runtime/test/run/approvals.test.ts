import {
  type ApproveToolCall,
  defineTool,
  type ToolCallResult,
  type ToolCallToApprove,
  type ToolDecision,
  type ToolSet,
} from "@ktx/mcp-bridge";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { CodexRunner } from "../../src/index.ts";
import { createScriptedRuntime } from "../../src/testing/index.ts";
import { runtimeOn } from "../runtime-on-fakes.ts";
import { turnCompleted, message, threadStarted, turnStarted } from "../fake-runner.ts";

const denied = "pay was not called. The call was denied: Not today.";
const deny: ApproveToolCall = () => ({ allow: false, reason: "Not today." });

function payTool(): { readonly tools: ToolSet; readonly paid: number[] } {
  const paid: number[] = [];
  const pay = defineTool({
    name: "pay",
    description: "Pays.",
    inputSchema: z.object({ euros: z.number().max(100) }),
    execute: ({ euros }) => {
      paid.push(euros);
      return `paid ${euros}`;
    },
  });
  return { tools: { pay }, paid };
}

const calls = [{ tool: "pay", arguments: { euros: 5 } }];
const ask = { role: "default", prompt: "Pay." } as const;
const loop = { modelRole: "default", systemPrompt: "", userPrompt: "Pay.", stepBudget: 5 } as const;

describe("a call that is decided about", () => {
  test("is asked about on every method, and the denied tool never runs", async () => {
    const { tools, paid } = payTool();
    const asked: ToolCallToApprove[] = [];
    const approveToolCall: ApproveToolCall = (call) => {
      asked.push(call);
      return deny(call);
    };
    const runtime = createScriptedRuntime(({ outputSchema }) => ({
      toolCalls: calls,
      ...(outputSchema ? { object: { ok: true } } : { text: "Done." }),
    }));
    const schema = z.object({ ok: z.boolean() });
    const input = { ...ask, tools, approveToolCall };
    await runtime.generateText(input);
    await runtime.generateObject({ ...input, schema });
    await runtime.streamText(input).text;
    await runtime.streamObject({ ...input, schema }).object;
    await runtime.runAgentLoop({ ...loop, toolSet: tools, approveToolCall });
    await using thread = runtime.openThread({ role: "default", tools });
    await thread.generateText({ prompt: "Pay.", approveToolCall });
    await thread.generateObject({ prompt: "Pay.", schema, approveToolCall });
    await thread.streamText({ prompt: "Pay.", approveToolCall }).text;
    await thread.streamObject({ prompt: "Pay.", schema, approveToolCall }).object;
    await thread.runAgentLoop({ userPrompt: "Pay.", stepBudget: 5, approveToolCall });
    expect(asked.map(({ name, arguments: input_ }) => [name, input_])).toEqual(
      Array.from({ length: 10 }, () => ["pay", { euros: 5 }]),
    );
    expect(paid).toEqual([]);
    await thread.generateText({ prompt: "Pay." });
    expect(paid).toEqual([5]);
  });

  test("is reported as denied, is no failure under any policy, and counts as a step", async () => {
    const { tools } = payTool();
    const results: ToolCallResult[] = [];
    const runtime = createScriptedRuntime([{ toolCalls: calls, text: "I may not." }]);
    const run = await runtime.runAgentLoop({
      ...loop,
      toolSet: tools,
      approveToolCall: deny,
      onToolFailure: "fail",
      toolObserver: { onResult: (result) => results.push(result) },
    });
    expect(run).toMatchObject({
      stopReason: "natural",
      text: "I may not.",
      toolCalls: [{ tool: "pay", status: "denied", approval: "denied", error: denied }],
      toolFailures: [],
      metrics: { stepCount: 1 },
    });
    expect(results).toMatchObject([{ outcome: "denied", approval: "denied", text: denied }]);
  });

  test("is reported as allowed or changed, each call under its own decision", async () => {
    const { tools, paid } = payTool();
    const decisions = new Map<number, ToolDecision>([
      [1, { allow: true }],
      [2, { allow: false, reason: "Not today." }],
      [3, { allow: true, arguments: { euros: 30 } }],
    ]);
    const runtime = createScriptedRuntime([
      {
        toolCalls: [1, 2, 3].map((euros) => ({ tool: "pay", arguments: { euros } })),
        text: "Done.",
      },
    ]);
    const { toolCalls } = await runtime.runAgentLoop({
      ...loop,
      toolSet: tools,
      approveToolCall: ({ callId }) => decisions.get(callId) ?? { allow: false, reason: "unknown" },
    });
    expect(toolCalls).toMatchObject([
      { arguments: { euros: 1 }, status: "completed", approval: "allowed" },
      { arguments: { euros: 2 }, status: "denied", approval: "denied" },
      { arguments: { euros: 3 }, status: "completed", approval: "changed" },
    ]);
    expect(paid).toEqual([1, 30]);
  });

  test("fails when the callback throws: a failed tool call like any other", async () => {
    const { tools, paid } = payTool();
    const runtime = createScriptedRuntime([{ toolCalls: calls, text: "Done." }]);
    const answer = runtime.generateText({
      ...ask,
      tools,
      onToolFailure: "fail",
      approveToolCall: () => Promise.reject(new Error("nobody is there")),
    });
    await expect(answer).rejects.toThrow(
      "Codex runtime tool call failed: pay: pay was not called: the approval of the call failed: nobody is there",
    );
    expect(paid).toEqual([]);
  });

  test("waits within the limits of the run, which end it", async () => {
    const { tools, paid } = payTool();
    const runtime = createScriptedRuntime([{ toolCalls: calls, text: "Done." }]);
    const answer = runtime.generateText({
      ...ask,
      tools,
      timeoutMs: 50,
      approveToolCall: () => new Promise(() => {}),
    });
    await expect(answer).rejects.toMatchObject({ failure: { kind: "timeout" } });
    expect(paid).toEqual([]);
  });
});

test("a denied call is no side effect: the run may be repeated", async () => {
  const { tools } = payTool();
  const runtime = createScriptedRuntime(
    ({ turn }) =>
      turn === 1 ? { toolCalls: calls, failure: { kind: "network" } } : { text: "Done." },
    { maxRetries: 1, random: () => 0 },
  );
  expect(await runtime.generateText({ ...ask, tools, approveToolCall: deny })).toBe("Done.");
  const allowing = createScriptedRuntime(
    ({ turn }) =>
      turn === 1 ? { toolCalls: calls, failure: { kind: "network" } } : { text: "Done." },
    { maxRetries: 1, random: () => 0 },
  );
  await expect(
    allowing.generateText({ ...ask, tools, approveToolCall: () => ({ allow: true }) }),
  ).rejects.toMatchObject({ failure: { kind: "network" } });
});

describe("with a server of the caller's, which asks nobody", () => {
  /** Calls the tool as such a server may: with the parsed input, and no more. */
  async function callBy(
    approveToolCall: ApproveToolCall,
    inputs: readonly { readonly euros: number }[],
  ) {
    const { tools, paid } = payTool();
    const outputs: unknown[] = [];
    const results: ToolCallResult[] = [];
    let served: ToolSet = {};
    const runner: CodexRunner = {
      runStreamed: async () => {
        for (const input of inputs)
          outputs.push(
            await Promise.resolve(served["pay"]?.execute(input as never, undefined as never)).catch(
              (error: unknown) => error,
            ),
          );
        return (async function* play() {
          yield* [threadStarted, turnStarted, message("Done."), turnCompleted];
        })();
      },
    };
    const runtime = runtimeOn(runner, {
      startMcpServer: ({ toolSet }) => {
        served = toolSet;
        const close = (): Promise<void> => Promise.resolve();
        return Promise.resolve({
          url: "http://127.0.0.1:4711/mcp",
          bearerTokenEnvVar: "KTX_CODEX_RUNTIME_MCP_TOKEN",
          bearerToken: "token-of-this-run",
          close,
          [Symbol.asyncDispose]: close,
        } as never);
      },
    });
    await runtime.generateText({
      ...ask,
      tools,
      approveToolCall,
      toolObserver: { onResult: (result) => results.push(result) },
    });
    return { paid, outputs, results };
  }

  test("a denied call does not run, either", async () => {
    const { paid, outputs, results } = await callBy(deny, [{ euros: 5 }]);
    expect(paid).toEqual([]);
    expect(outputs).toEqual([denied]);
    expect(results).toMatchObject([{ outcome: "denied", approval: "denied", text: denied }]);
  });

  test("an allowed call runs, and one with other arguments runs with these, if its schema takes them", async () => {
    const { paid, outputs, results } = await callBy(
      ({ callId }) => ({
        allow: true,
        ...(callId > 1 && { arguments: { euros: callId === 2 ? 7 : 1_000 } }),
      }),
      [{ euros: 1 }, { euros: 2 }, { euros: 3 }],
    );
    expect(paid).toEqual([1, 7]);
    expect(outputs).toEqual(["paid 1", "paid 7", expect.any(Error)]);
    expect(results.map(({ outcome, approval }) => [outcome, approval])).toEqual([
      ["ok", "allowed"],
      ["ok", "changed"],
      ["error", undefined],
    ]);
  });
});
