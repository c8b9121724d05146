import { reply, text, toolCall } from "@ktx/codex-sim";
import { type BridgedTool, defineTool, type ToolCallResult } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import { z } from "zod";
import type { AgentLoopInput } from "../../src/index.ts";
import { namespace, onEachToolTransport } from "./scene.ts";
import { tools } from "./tools.ts";

function loop(overrides: Partial<AgentLoopInput>): AgentLoopInput {
  return {
    modelRole: "default",
    systemPrompt: "",
    userPrompt: "Work.",
    toolSet: tools,
    stepBudget: 10,
    ...overrides,
  };
}

/** A tool whose calls end once so many of them are running; counts how many were at most. */
function slowTool(
  annotations: NonNullable<BridgedTool["annotations"]>,
  expectedAtOnce: number,
): { readonly tool: BridgedTool<{ id: number }>; readonly mostAtOnce: () => number } {
  const enough = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  const tool = defineTool({
    name: "slow",
    description: "Takes a moment.",
    inputSchema: z.object({ id: z.number() }),
    annotations,
    execute: async ({ id }) => {
      running += 1;
      most = Math.max(most, running);
      if (running >= expectedAtOnce) enough.resolve();
      // The moment is for a call that should not be there to come in.
      await Promise.all([enough.promise, new Promise((resolve) => setTimeout(resolve, 50))]);
      running -= 1;
      return `done ${id}`;
    },
  });
  return { tool, mostAtOnce: () => most };
}

const threeCalls = [1, 2, 3].map((id) => toolCall("slow", { id }, { namespace }));

onEachToolTransport("the tools of a run", ({ startScene, toolTransport }) => {
  // Over its pipe, Codex makes one call at a time.
  const mostAtOnceOfReaders = toolTransport === "mcp" ? 3 : 1;
  test.each([
    ["that only reads", { readOnlyHint: true }, mostAtOnceOfReaders],
    ["that may change something", {}, 1],
  ])("of three calls of a tool %s, as many run at once as may", async (_, annotations, atOnce) => {
    await using scene = await startScene([reply(threeCalls), reply([text("done")])]);
    const { tool, mostAtOnce } = slowTool(annotations, atOnce);
    const result = await scene.runtime.runAgentLoop(loop({ toolSet: { tool } }));
    expect(result).toMatchObject({ stopReason: "natural", metrics: { stepCount: 3 } });
    expect(mostAtOnce()).toBe(atOnce);
    const outputs = scene.sim.requests.at(-1)?.toolOutputs.map(({ output }) => output);
    expect(outputs).toEqual([1, 2, 3].map((id) => expect.stringContaining(`done ${id}`)));
  });

  test("a run knows that Codex asked for its tools, and tells of each call", async () => {
    await using scene = await startScene([
      reply([toolCall("add", { a: 1, b: 2 }, { namespace })]),
      reply([text("3")]),
    ]);
    const results: ToolCallResult[] = [];
    const run = await scene.runtime.runAgentLoop(
      loop({ toolObserver: { onResult: (result) => void results.push(result) } }),
    );
    expect(run).toMatchObject({ stopReason: "natural", toolsListed: true });
    expect(results).toMatchObject([
      {
        name: "add",
        outcome: "ok",
        durationMs: expect.any(Number),
        resultBytes: expect.any(Number),
      },
    ]);
  });

  test("a run with tools that ends without a call and without a word is named as such", async () => {
    await using scene = await startScene([reply([])]);
    const run = await scene.runtime.runAgentLoop(loop({ maxRetries: 0 }));
    expect(run).toMatchObject({
      stopReason: "error",
      toolsListed: true,
      error: {
        failure: { kind: "empty-turn" },
        message: expect.stringMatching(
          /without an answer and without any tool call\. Codex listed/,
        ),
      },
    });
  });
});
