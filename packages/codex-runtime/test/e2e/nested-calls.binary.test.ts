import { AsyncLocalStorage } from "node:async_hooks";
import { reply, text, toolCall } from "@ktx/codex-sim";
import { defineTool } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import { z } from "zod";
import { type CodexKtxLlmRuntime, RateLimitGovernor } from "../../src/index.ts";
import { namespace, onEachTransport } from "./scene.ts";

const caller = new AsyncLocalStorage<string>();

/** A tool that asks the model itself, and says from whose call it was called. */
const expertOf = (find: () => CodexKtxLlmRuntime) =>
  defineTool({
    name: "ask_expert",
    description: "Asks an expert.",
    inputSchema: z.object({ question: z.string() }),
    annotations: { readOnlyHint: true },
    execute: async ({ question }) =>
      `${caller.getStore()}: ${await find().generateText({ role: "default", prompt: question })}`,
  });

const ask = (question: string) => toolCall("ask_expert", { question }, { namespace });

onEachTransport("where one call may run at once", ({ startScene }) => {
  test("a tool that calls the runtime itself gets its answer", async () => {
    const rateLimits = new RateLimitGovernor({ maxConcurrency: 1 });
    await using scene = await startScene(
      ({ userText, toolOutputs }) => {
        if (userText !== "Work.") return reply([text(`about ${userText}`)]);
        return toolOutputs.length === 0
          ? reply([ask("cats"), ask("dogs")])
          : reply([text(toolOutputs.map(({ output }) => output).join("; "))]);
      },
      { rateLimits },
    );
    const expert = expertOf(() => scene.runtime);
    const answer = await caller.run("the user", () =>
      scene.runtime.generateText({ role: "default", prompt: "Work.", tools: { expert } }),
    );
    expect(answer).toContain("the user: about cats");
    expect(answer).toContain("the user: about dogs");
    expect(rateLimits.load).toEqual({ concurrency: 1, running: 0, waiting: 0 });
  });

  test("so does one that is called in a repair, which has a place of its own", async () => {
    const rateLimits = new RateLimitGovernor({ maxConcurrency: 1 });
    let asked = 0;
    await using scene = await startScene(
      ({ userText, toolOutputs }) => {
        if (userText === "cats") return reply([text("about cats")]);
        asked += 1;
        if (asked === 1) return reply([text("No JSON.")]);
        return toolOutputs.length === 0 && asked === 2
          ? reply([ask("cats")])
          : reply([text(JSON.stringify({ said: toolOutputs.map(({ output }) => output).join() }))]);
      },
      { rateLimits },
    );
    const expert = expertOf(() => scene.runtime);
    const answer = await scene.runtime.generateObject({
      role: "default",
      prompt: "Work.",
      tools: { expert },
      schema: z.object({ said: z.string() }),
    });
    expect(answer.said).toBeTypeOf("string");
    expect(rateLimits.load).toEqual({ concurrency: 1, running: 0, waiting: 0 });
  });
});
