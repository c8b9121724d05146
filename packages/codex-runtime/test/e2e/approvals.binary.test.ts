import { reply, text, toolCall } from "@ktx/codex-sim";
import { type ApproveToolCall, defineTool, type ToolSet } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import { z } from "zod";
import { namespace, onEachToolTransport } from "./scene.ts";

function payTool(): { readonly toolSet: ToolSet; readonly paid: number[] } {
  const paid: number[] = [];
  const pay = defineTool({
    name: "pay",
    description: "Pays.",
    inputSchema: z.object({ euros: z.number() }),
    timeoutMs: 1_000,
    execute: ({ euros }) => {
      paid.push(euros);
      return `paid ${euros}`;
    },
  });
  return { toolSet: { pay }, paid };
}

const pay = (euros: number) => reply([toolCall("pay", { euros }, { namespace })]);
const done = reply([text("done")]);
const loop = {
  modelRole: "default",
  systemPrompt: "",
  userPrompt: "Pay.",
  stepBudget: 10,
} as const;

onEachToolTransport("a decision about each tool call", ({ startScene }) => {
  test("allows, denies or changes it: the model reads the outcome, and the report has the decision", async () => {
    await using scene = await startScene([pay(1), pay(2), pay(3), done]);
    const { toolSet, paid } = payTool();
    const approveToolCall: ApproveToolCall = ({ arguments: { euros } }) => {
      if (euros === 2) return { allow: false, reason: "Two is too much." };
      return euros === 1 ? { allow: true } : { allow: true, arguments: { euros: 30 } };
    };
    const run = await scene.runtime.runAgentLoop({
      ...loop,
      toolSet,
      approveToolCall,
      onToolFailure: "fail",
    });
    expect(run).toMatchObject({
      stopReason: "natural",
      toolCalls: [
        { tool: "pay", arguments: { euros: 1 }, status: "completed", approval: "allowed" },
        {
          tool: "pay",
          arguments: { euros: 2 },
          status: "denied",
          approval: "denied",
          error: "pay was not called. The call was denied: Two is too much.",
        },
        { tool: "pay", arguments: { euros: 3 }, status: "completed", approval: "changed" },
      ],
      toolFailures: [],
      metrics: { stepCount: 3 },
    });
    expect(paid).toEqual([1, 30]);
    expect(scene.sim.requests.at(-1)?.toolOutputs.map(({ output }) => output)).toEqual([
      expect.stringContaining("paid 1"),
      expect.stringContaining("The call was denied: Two is too much."),
      expect.stringContaining("paid 30"),
    ]);
  });

  test("takes longer than the time limit of the tool", async () => {
    await using scene = await startScene([pay(1), done]);
    const { toolSet, paid } = payTool();
    const run = await scene.runtime.runAgentLoop({
      ...loop,
      toolSet,
      approveToolCall: async () => {
        await new Promise((resolve) => setTimeout(resolve, 1_300));
        return { allow: true };
      },
    });
    expect(run).toMatchObject({ stopReason: "natural", toolFailures: [] });
    expect(paid).toEqual([1]);
  });

  test("that is still out when the run is aborted is given up: its signal fires, and nothing is left", async () => {
    await using scene = await startScene([pay(1), done]);
    const { toolSet, paid } = payTool();
    const caller = new AbortController();
    const gaveUp = Promise.withResolvers<void>();
    const run = scene.runtime.runAgentLoop({
      ...loop,
      toolSet,
      abortSignal: caller.signal,
      approveToolCall: ({ signal }) =>
        new Promise(() => {
          signal.addEventListener("abort", () => gaveUp.resolve());
          caller.abort(new Error("enough"));
        }),
    });
    await expect(run).rejects.toThrow("enough");
    await gaveUp.promise;
    expect(paid).toEqual([]);
    expect(await scene.remainingCodexProcesses()).toEqual([]);
  });
});
