import { defineTool } from "@ktx/mcp-bridge";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { BudgetError, CodexError, findRunEnd, type RunMetrics } from "../../src/index.ts";
import { createScriptedRuntime } from "../../src/testing/index.ts";
import { findDescendants } from "@ktx/child-process";
import { runningProcesses } from "../running-processes.ts";

const search = defineTool({
  name: "wiki_search",
  description: "Searches the wiki.",
  inputSchema: z.object({ query: z.string() }),
  execute: ({ query }) => `found ${query}`,
});

const ask = { role: "default", prompt: "Well?" } as const;

describe("a scripted runtime", () => {
  test("answers turn by turn, and keeps what it was asked", async () => {
    const runtime = createScriptedRuntime([{ text: "One." }, { text: "Two." }]);
    expect(await runtime.generateText({ ...ask, system: "Be brief." })).toBe("One.");
    expect(await runtime.generateText(ask)).toBe("Two.");
    expect(runtime.asked).toMatchObject([
      { turn: 1, model: "gpt-5.5", instructions: "Be brief.", prompt: "Well?", tools: [] },
      { turn: 2, prompt: "Well?" },
    ]);
    expect(findDescendants(runningProcesses(), process.pid)).toEqual([]);
  });

  test("gives a value as the schema takes it, written and read as the model would", async () => {
    const schema = z.object({ on: z.date(), tags: z.set(z.string()).optional() });
    const value = { on: new Date("2026-01-02T03:04:05Z"), tags: new Set(["a"]) };
    const runtime = createScriptedRuntime([{ object: value }]);
    expect(await runtime.generateObject({ ...ask, schema })).toEqual(value);
    expect(runtime.asked[0]?.outputSchema).toMatchObject({ type: "object" });
  });

  test("repairs an answer that does not fit, as any runtime does", async () => {
    const runtime = createScriptedRuntime([{ text: '{"n":"many"}' }, { object: { n: 3 } }]);
    const schema = z.object({ n: z.number() });
    expect(await runtime.generateObject({ ...ask, schema })).toEqual({ n: 3 });
    expect(runtime.asked[1]?.prompt).toContain("$.n");
  });

  test("runs the tools of the run, and shows the script their results", async () => {
    const runtime = createScriptedRuntime((asked) => ({
      toolCalls: [{ tool: "wiki_search", arguments: { query: "refunds" } }, { tool: "nope" }],
      text: `asked with ${asked.tools.join()}`,
      usage: { inputTokens: 10, outputTokens: 2 },
    }));
    const result = await runtime.runAgentLoop({
      modelRole: "default",
      systemPrompt: "",
      userPrompt: "Search.",
      toolSet: { search },
      stepBudget: 5,
      onToolFailure: "continue",
    });
    expect(result).toMatchObject({
      stopReason: "natural",
      text: "asked with wiki_search",
      toolCalls: [
        { tool: "wiki_search", status: "completed", arguments: { query: "refunds" } },
        { tool: "nope", status: "failed" },
      ],
      metrics: { stepCount: 2, usage: { inputTokens: 10, outputTokens: 2 } },
    });
    expect(runtime.asked[0]?.toolResults).toMatchObject([
      { tool: "wiki_search", text: "found refunds", isError: false },
      { tool: "nope", isError: true },
    ]);
  });

  test("ends by a failure of the script, of the kind that it names", async () => {
    const runtime = createScriptedRuntime([
      { failure: { kind: "usage-limit", message: "Used up." } },
    ]);
    const error: unknown = await runtime.generateText(ask).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CodexError);
    expect(findRunEnd(error)).toMatchObject({
      type: "failed",
      failure: { kind: "usage-limit", message: "Used up." },
    });
  });

  test("holds budgets and reports metrics", async () => {
    const runtime = createScriptedRuntime([{ text: "Long.", usage: { totalTokens: 200 } }]);
    const seen: RunMetrics[] = [];
    const answer = runtime.generateText({
      ...ask,
      tokenBudget: 100,
      onMetrics: (metrics) => seen.push(metrics),
    });
    await expect(answer).rejects.toBeInstanceOf(BudgetError);
    expect(seen).toMatchObject([{ usage: { totalTokens: 200 } }]);
  });

  test("says which turn is missing in its script", async () => {
    const runtime = createScriptedRuntime([]);
    await expect(runtime.generateText(ask)).rejects.toThrow(
      'Expected at most 0 turns, got turn 1 with the prompt "Well?". Add this turn to the script.',
    );
  });

  test("takes the options of a runtime, and retries as they say", async () => {
    const runtime = createScriptedRuntime([{ failure: { kind: "server" } }, { text: "Here." }], {
      maxRetries: 1,
      modelSlots: { default: "gpt-5.5", triage: "gpt-6-luna" },
      random: () => 0,
    });
    expect(await runtime.generateText({ ...ask, role: "triage" })).toBe("Here.");
    expect(runtime.asked.map(({ model }) => model)).toEqual(["gpt-6-luna", "gpt-6-luna"]);
  });
});

test("a thread runs by the script, and takes further turns after one that failed", async () => {
  const runtime = createScriptedRuntime([
    { text: "Hello." },
    { object: { day: new Date("2026-01-02T00:00:00Z") } },
    { failure: { kind: "server" } },
    { text: "Again." },
  ]);
  await using thread = runtime.openThread({ role: "default", system: "Be terse." });
  expect(await thread.generateText({ prompt: "Hello?" })).toBe("Hello.");
  const schema = z.object({ day: z.date() });
  const { day } = await thread.generateObject({ prompt: "When?", schema });
  expect(day.toISOString()).toBe("2026-01-02T00:00:00.000Z");
  await expect(thread.generateText({ prompt: "And?" })).rejects.toThrow(CodexError);
  expect(await thread.generateText({ prompt: "Still there?" })).toBe("Again.");
  expect(runtime.asked.map(({ instructions }) => instructions)).toEqual(
    Array.from({ length: 4 }, () => "Be terse."),
  );
});
