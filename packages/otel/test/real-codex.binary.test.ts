import { CodexError, CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import { answering, refuse, reply, startCodexSim, text, toolCall } from "@ktx/codex-sim";
import { defineTool } from "@ktx/mcp-bridge";
import { context, trace } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { startTelemetry } from "./telemetry.ts";

describe.each(["exec", "app-server"] as const)("the real Codex on %s", (transport) => {
  const runtimeOn = (baseUrl: string): CodexKtxLlmRuntime =>
    new CodexKtxLlmRuntime({
      projectDir: process.cwd(),
      modelSlots: { default: "gpt-5.5" },
      endpoint: { baseUrl },
      transport,
      maxRetries: 0,
    });

  test("gives one trace, with the thread's id and the tokens, and tools run in their span", async () => {
    const telemetry = startTelemetry();
    await using sim = await startCodexSim({
      script: answering((output) =>
        output === undefined ? [toolCall("look", { word: "xyzzy" })] : `Heard: ${output}`,
      ),
    });
    await using runtime = runtimeOn(sim.baseUrl);
    let seen: string | undefined;
    const look = defineTool({
      name: "look",
      description: "Looks.",
      inputSchema: z.object({ word: z.string() }),
      execute: (_input, { meta }) => {
        seen = `${trace.getSpan(context.active())?.spanContext().spanId} ${meta?.["traceparent"]}`;
        return "plugh";
      },
    });
    await runtime.runAgentLoop({
      modelRole: "default",
      systemPrompt: "",
      userPrompt: "Look.",
      toolSet: { look },
      stepBudget: 5,
    });
    const [tool, agent] = telemetry.spans();
    const { spanId, traceId } = tool?.spanContext() ?? {};
    expect(seen).toBe(`${spanId} 00-${traceId}-${spanId}-01`);
    expect(tool?.parentSpanContext?.spanId).toBe(agent?.spanContext().spanId);
    expect(agent?.attributes).toMatchObject({
      "gen_ai.conversation.id": expect.stringMatching(/^[0-9a-f-]{36}$/),
      "gen_ai.usage.input_tokens": expect.any(Number),
      "gen_ai.response.finish_reasons": ["stop"],
    });
    expect(await telemetry.points()).toContainEqual(
      expect.objectContaining({ name: "gen_ai.invoke_agent.tool_calls", sum: 1 }),
    );
  });

  test("gives a refusal of the service as the type of the error", async () => {
    const telemetry = startTelemetry();
    await using sim = await startCodexSim({
      script: () => refuse(401, { error: { message: "No such key: sk-planted-0123456789" } }),
    });
    await using runtime = runtimeOn(sim.baseUrl);
    await expect(runtime.generateText({ role: "default", prompt: "Hi." })).rejects.toThrow(
      CodexError,
    );
    const [agent] = telemetry.spans();
    expect(agent?.attributes).toMatchObject({ "error.type": "auth" });
    expect(JSON.stringify(agent?.attributes)).not.toContain("planted");
  });

  test("gives no span twice where an answer needs no tool", async () => {
    const telemetry = startTelemetry();
    await using sim = await startCodexSim({ script: [reply([text("Hello.")])] });
    await using runtime = runtimeOn(sim.baseUrl);
    await runtime.generateText({ role: "default", prompt: "Hi." });
    expect(telemetry.spans().map(({ name }) => name)).toEqual(["invoke_agent default"]);
  });
});
