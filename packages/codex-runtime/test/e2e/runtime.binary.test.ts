import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { reply, text, toolCall } from "@ktx/codex-sim";
import { startToolBridge } from "@ktx/mcp-bridge";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import type { AgentLoopInput, AgentLoopStep } from "../../src/index.ts";
import { namespace, onEachTransport, shownNames } from "./scene.ts";
import { endlessTool, tools } from "./tools.ts";

function loop(overrides: Partial<AgentLoopInput> = {}): AgentLoopInput {
  return {
    modelRole: "default",
    systemPrompt: "You calculate.",
    userPrompt: "What is 1 + 2?",
    toolSet: tools,
    stepBudget: 10,
    ...overrides,
  };
}

const add = (a: number, b: number): ReturnType<typeof toolCall> =>
  toolCall("add", { a, b }, { namespace });

onEachTransport("the real Codex binary", ({ transport, toolTransport, startScene }) => {
  test("answers with text, and the model is shown the prompt and no tool", async () => {
    await using scene = await startScene([reply([text("Hello there.")])]);
    const answer = await scene.runtime.generateText({
      role: "default",
      system: "Be polite.",
      prompt: "Hi!",
    });
    expect(answer).toBe("Hello there.");
    expect(scene.sim.requests).toMatchObject([
      {
        model: "gpt-5.5",
        userText: "Hi!",
        instructions: expect.stringContaining("Be polite."),
        tools: [],
      },
    ]);
  });

  test("gives the answer whole, whatever characters are in it", async () => {
    const odd = "line\u2028paragraph\u2029next\u0085\r\n\u0001 \u{1f600} \ufeff end";
    await using scene = await startScene([reply([text(odd)])]);
    const answer = await scene.runtime.generateText({ role: "default", prompt: odd });
    expect(answer).toBe(odd);
    expect(scene.sim.requests[0]?.userText).toBe(odd);
  });

  test("answers with a value of the schema, and the service accepts the schema it is sent", async () => {
    await using scene = await startScene([
      reply([text('{"name":"Paris","founded":null,"districts":[{"key":"1st","value":16000}]}')]),
    ]);
    const city = await scene.runtime.generateObject({
      role: "default",
      prompt: "The capital of France.",
      schema: z.object({
        name: z.string(),
        founded: z.number().optional(),
        districts: z.record(z.string(), z.number()),
      }),
    });
    expectTypeOf(city).toEqualTypeOf<{
      name: string;
      founded?: number | undefined;
      districts: Record<string, number>;
    }>();
    expect(city).toEqual({ name: "Paris", districts: { "1st": 16_000 } });
    expect(scene.sim.requests[0]?.outputSchema).toMatchObject({
      type: "object",
      additionalProperties: false,
      required: ["name", "founded", "districts"],
    });
  });

  test("calls in-process tools and answers from what they return", async () => {
    await using scene = await startScene((request) => {
      const outcome = request.toolOutputs.at(-1);
      return reply([outcome === undefined ? add(1, 2) : text(`I heard: ${outcome.output}`)]);
    });
    const steps: AgentLoopStep[] = [];
    const result = await scene.runtime.runAgentLoop(
      loop({ onStepFinish: (step) => void steps.push(step) }),
    );
    expect(result).toMatchObject({
      stopReason: "natural",
      text: expect.stringMatching(/I heard: .*The sum is 3\./s),
      metrics: {
        stepCount: 1,
        stepBoundariesMs: [expect.any(Number)],
        usage: { inputTokens: 20, outputTokens: 10, totalTokens: 30 },
      },
    });
    expect(steps).toEqual([{ stepIndex: 1, stepBudget: 10 }]);
    expect(scene.sim.requests[0]?.tools).toEqual(
      expect.arrayContaining(shownNames(["add", "fail"], toolTransport)),
    );
  });

  test("tells the model what a tool threw, and the caller which call failed and why", async () => {
    await using scene = await startScene([
      reply([add(1, 2)]),
      reply([toolCall("fail", { why: "it is Monday" }, { namespace })]),
      reply([text("It did not work.")]),
    ]);
    const result = await scene.runtime.runAgentLoop(loop({ onToolFailure: "fail" }));
    expect(result).toMatchObject({ stopReason: "error", metrics: { stepCount: 2 } });
    expect(result.error?.message).toBe(
      "Codex runtime tool call failed: fail: it failed: it is Monday",
    );
    expect(scene.sim.requests.at(-1)?.toolOutputs.at(-1)?.output).toContain("it is Monday");
  });

  test("runs a pair of calls from one response, and gives each its own result", async () => {
    await using scene = await startScene([reply([add(1, 2), add(3, 4)]), reply([text("3 and 7")])]);
    const result = await scene.runtime.runAgentLoop(loop());
    expect(result).toMatchObject({ stopReason: "natural", metrics: { stepCount: 2 } });
    const outputs = scene.sim.requests.at(-1)?.toolOutputs.map(({ output }) => output);
    expect(outputs).toEqual([expect.stringContaining("3"), expect.stringContaining("7")]);
  });

  test("is stopped by a step budget of 2 in a run of 5 calls, and leaves no process", async () => {
    await using scene = await startScene((request) =>
      reply([request.index < 5 ? add(request.index, 1) : text("done")]),
    );
    const steps: number[] = [];
    const result = await scene.runtime.runAgentLoop(
      loop({ stepBudget: 2, onStepFinish: ({ stepIndex }) => void steps.push(stepIndex) }),
    );
    expect(result).toMatchObject({ stopReason: "budget", metrics: { stepCount: 2 } });
    expect(result.error).toBeUndefined();
    expect(steps).toEqual([1, 2]);
    expect(await scene.remainingCodexProcesses()).toEqual([]);
  });

  test("is ended by the caller in the middle of a tool call, and leaves no process", async () => {
    await using scene = await startScene([reply([toolCall("hold", {}, { namespace })])]);
    const endless = endlessTool();
    const caller = new AbortController();
    const result = scene.runtime.runAgentLoop(
      loop({ toolSet: endless.tools, abortSignal: caller.signal }),
    );
    await endless.called;
    expect(scene.codexProcesses()).toHaveLength(1);
    caller.abort(new Error("enough"));
    await expect(result).rejects.toThrow("enough");
    await endless.released;
    expect(await scene.remainingCodexProcesses()).toEqual([]);
  });

  test("is given the token of the tools, and shows it in no argument", async () => {
    let token = "";
    await using scene = await startScene([reply([toolCall("hold", {}, { namespace })])], {
      startMcpServer: async (input) => {
        const bridge = await startToolBridge(input);
        token = bridge.bearerToken;
        return bridge;
      },
    });
    const endless = endlessTool();
    const caller = new AbortController();
    const result = scene.runtime.runAgentLoop(
      loop({ toolSet: endless.tools, abortSignal: caller.signal }),
    );
    await endless.called;
    const [codex] = scene.codexProcesses();
    expect(token).toMatch(/^[\w-]{43}$/);
    // The app-server gets it on its standard input.
    const variable = transport === "exec" ? token : undefined;
    expect(environmentOf(codex?.pid)["KTX_CODEX_RUNTIME_MCP_TOKEN"]).toBe(variable);
    expect(codex?.argv.includes("KTX_CODEX_RUNTIME_MCP_TOKEN")).toBe(transport === "exec");
    expect(codex?.argv).not.toContain(token);
    caller.abort(new Error("enough"));
    const error: unknown = await result.catch((thrown: unknown) => thrown);
    expect(inspect(error, { depth: 10 })).not.toContain(token);
    expect(JSON.stringify(scene.sim.requests)).not.toContain(token);
  });
});

function environmentOf(pid: number | undefined): Readonly<Record<string, string>> {
  const entries = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  return Object.fromEntries(entries.map((entry) => entry.split(/=(.*)/s).slice(0, 2)));
}
