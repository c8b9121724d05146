import type { RunBudgets } from "../../src/index.ts";
import { callTool, defineTool, type ToolSet } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import { z } from "zod";
import { withNotice } from "@ktx/codex-tools";
import { BudgetStanding, oneStepLeft } from "../../src/run/budget-standing.ts";

function toolsReturning(output: unknown): ToolSet {
  const look = defineTool({
    name: "look",
    description: "Looks.",
    inputSchema: z.object({}),
    execute: () => {
      if (output instanceof Error) throw output;
      return output;
    },
  });
  return { look };
}

/** What the model is shown of each of `calls` calls. */
async function seen(toolSet: ToolSet, calls: number): Promise<readonly string[]> {
  const tool = toolSet["look"];
  if (tool === undefined) return [];
  const shown: string[] = [];
  for (let call = 0; call < calls; call += 1) {
    const { structuredContent, content } = await callTool(
      tool,
      {},
      { signal: new AbortController().signal, progress: () => {}, log: () => {} },
    );
    // Codex shows structured content alone where there is any.
    shown.push(JSON.stringify(structuredContent ?? content));
  }
  return shown;
}

function announceBudget(tools: ToolSet, budgets: RunBudgets, steps = 0): ToolSet {
  const standing = new BudgetStanding(budgets, true);
  standing.observe({ steps, toolCalls: 0 });
  return withNotice(tools, () => standing.startCall());
}

test.each([
  ["a text", "seen"],
  ["nothing", undefined],
  ["markdown", { markdown: "seen" }],
  ["markdown with structure", { markdown: "seen", structured: { n: 1 } }],
  ["an object", { n: 1 }],
  ["an object that has markdown among others", { markdown: "seen", n: 1 }],
  ["a list", [1, 2]],
  ["content blocks", { content: [{ type: "text", text: "seen" }] }],
  ["a CallToolResult", { content: [{ type: "text", text: "seen" }], isError: false }],
  ["a CallToolResult that is an error", { content: [], isError: true }],
  ["a CallToolResult with structure", { content: [], structuredContent: { n: 1 } }],
  ["a CallToolResult with markdown", { content: [], structuredContent: { n: 1, markdown: "hi" } }],
  ["an error", new Error("not there")],
])("the last result but one that is %s tells the model that a step is left", async (_, output) => {
  const tools = announceBudget(toolsReturning(output), { stepBudget: 3 });
  const shown = await seen(tools, 3);
  expect(shown.map((text) => text.includes(oneStepLeft))).toEqual([false, true, false]);
  const plain = await seen(toolsReturning(output), 1);
  expect([shown[0], shown[2]]).toEqual([plain[0], plain[0]]);
});

test("a CallToolResult that is an error stays one, with what it had", async () => {
  const output = { content: [{ type: "text", text: "no such page" }], isError: true };
  const tools = announceBudget(toolsReturning(output), { stepBudget: 2 });
  const context = { signal: new AbortController().signal, progress: () => {}, log: () => {} };
  const result = tools["look"] && (await callTool(tools["look"], {}, context));
  expect(result).toEqual({
    content: [{ type: "text", text: oneStepLeft }, ...output.content],
    isError: true,
  });
});

test("steps that were no tool calls count, and so do tool calls of their own budget", async () => {
  const bySteps = announceBudget(toolsReturning("seen"), { stepBudget: 10 }, 8);
  expect((await seen(bySteps, 1))[0]).toContain(oneStepLeft);
  const byCalls = announceBudget(toolsReturning("seen"), { toolCallBudget: 2 });
  expect((await seen(byCalls, 1))[0]).toContain(oneStepLeft);
});

test("without a budget nothing is announced", async () => {
  const shown = await seen(announceBudget(toolsReturning("seen"), {}), 3);
  expect(shown.join("\n")).not.toContain(oneStepLeft);
});

test("no call may run once those that ended use up a budget, whether or not the events show them", () => {
  const standing = new BudgetStanding({ stepBudget: 2, toolCallBudget: 5 }, false);
  expect(standing.startCall()).toBeUndefined();
  standing.endCall();
  expect(standing.isSpent).toBe(false);
  standing.endCall();
  expect(standing.isSpent).toBe(true);
  const reported = new BudgetStanding({ stepBudget: 2, toolCallBudget: 1 }, false);
  reported.observe({ steps: 1, toolCalls: 0 });
  expect(reported.isSpent).toBe(false);
  reported.observe({ steps: 2, toolCalls: 0 });
  expect(reported.isSpent).toBe(true);
});
