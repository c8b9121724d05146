import { reply, type SimReply, text, toolCall } from "@ktx/codex-sim";
import { defineTool } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import { z } from "zod";
import type { AgentLoopInput } from "../../src/index.ts";
import { namespace, onEachToolTransport } from "./scene.ts";

const query = defineTool({
  name: "query",
  description: "Runs a query.",
  inputSchema: z.object({ sql: z.string() }),
  timeoutMs: 500,
  execute: ({ sql }) => {
    if (sql === "slow") return new Promise(() => {});
    if (sql === "bad") throw new Error("syntax error near bad");
    return `rows of ${sql}`;
  },
});

const call = (sql: unknown): SimReply => reply([toolCall("query", { sql }, { namespace })]);
const silence = reply([]);

const loop: AgentLoopInput = {
  modelRole: "default",
  systemPrompt: "",
  userPrompt: "How many?",
  toolSet: { query },
  stepBudget: 10,
};

onEachToolTransport("a tool that fails", ({ startScene }) => {
  test.each<[string, readonly SimReply[], string, object]>([
    [
      "refused arguments that the model corrects",
      [call(5), call("select 1"), reply([text("One.")])],
      "natural",
      { tool: "query", recovered: true, message: expect.stringContaining("Correct the arguments") },
    ],
    [
      "refused arguments that the model corrects without a word after it",
      [call(5), call("select 1"), silence],
      "natural",
      { tool: "query", recovered: true },
    ],
    [
      "a thrown error that the model answers for",
      [call("bad"), reply([text("The query is wrong.")])],
      "natural",
      { tool: "query", recovered: true, message: "syntax error near bad" },
    ],
    [
      "a time limit that the model works around",
      [call("slow"), call("select 1"), reply([text("One.")])],
      "natural",
      { tool: "query", recovered: true, message: expect.stringContaining("time limit of 0.5 s") },
    ],
    [
      "a thrown error after which the model says nothing",
      [call("bad"), silence],
      "error",
      { tool: "query", recovered: false },
    ],
    [
      "a thrown error after a message, and nothing more",
      [reply([text("I try."), toolCall("query", { sql: "bad" }, { namespace })]), silence],
      "error",
      { tool: "query", recovered: false },
    ],
  ])("a loop tells of %s", async (_, script, stopReason, failure) => {
    await using scene = await startScene(script);
    const result = await scene.runtime.runAgentLoop(loop);
    expect(result).toMatchObject({ stopReason, toolFailures: [failure] });
    expect(result.error?.message).toBe(
      stopReason === "error"
        ? "Codex runtime tool call failed: query: syntax error near bad"
        : undefined,
    );
  });

  test("a text is given although its first call was refused, and the calls are reported whole", async () => {
    await using scene = await startScene([call(5), call("select 1"), reply([text("One.")])]);
    const { toolCalls, text: answer } = await scene.runtime.runAgentLoop(loop);
    expect(answer).toBe("One.");
    expect(toolCalls).toMatchObject([
      { tool: "query", status: "failed", arguments: { sql: 5 }, durationMs: expect.any(Number) },
      {
        tool: "query",
        status: "completed",
        arguments: { sql: "select 1" },
        durationMs: expect.any(Number),
        result: { content: [{ type: "text", text: "rows of select 1" }] },
      },
    ]);
    await using again = await startScene([call(5), call("select 1"), reply([text("One.")])]);
    const given = again.runtime.generateText({
      role: "default",
      prompt: "How many?",
      tools: { query },
    });
    expect(await given).toBe("One.");
  });
});
