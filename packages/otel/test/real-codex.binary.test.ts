import { CodexError, CodexKtxLlmRuntime, type CodexRuntimeOptions } from "@ktx/codex-runtime";
import {
  answering,
  partialText,
  refuse,
  reply,
  startCodexSim,
  text,
  toolCall,
} from "@ktx/codex-sim";
import { defineTool } from "@ktx/mcp-bridge";
import { context, trace } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { listed, type ListedSpan } from "./listed.ts";
import { startTelemetry } from "./telemetry.ts";

const look = defineTool({
  name: "look",
  description: "Looks.",
  inputSchema: z.object({ word: z.string() }),
  execute: ({ word }) => `seen ${word}`,
});

/** Two calls at once, one more, and the answer; each response with tokens of its own. */
const threeResponses = [
  reply(
    [
      toolCall("look", { word: "a" }, { callId: "call_a" }),
      toolCall("look", { word: "b" }, { callId: "call_b" }),
    ],
    { usage: { inputTokens: 10 } },
  ),
  reply([toolCall("look", { word: "c" }, { callId: "call_c" })], { usage: { inputTokens: 20 } }),
  reply([text("Done.")], { usage: { inputTokens: 30, cacheWriteInputTokens: 4 } }),
];

const byCallId = (one: ListedSpan, other: ListedSpan): number =>
  String(one.attributes["gen_ai.tool.call.id"]).localeCompare(
    String(other.attributes["gen_ai.tool.call.id"]),
  );

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
    const seeing = defineTool({
      ...look,
      execute: (_input, { meta }) => {
        seen = `${trace.getSpan(context.active())?.spanContext().spanId} ${meta?.["traceparent"]}`;
        return "plugh";
      },
    });
    await runtime.runAgentLoop({
      modelRole: "default",
      systemPrompt: "",
      userPrompt: "Look.",
      toolSet: { look: seeing },
      stepBudget: 5,
    });
    const [tool, agent] = telemetry.spans().filter(({ name }) => !name.startsWith("chat"));
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

  test("is these spans, with these attributes and no other", async () => {
    const telemetry = startTelemetry();
    await using sim = await startCodexSim({ script: threeResponses });
    await using runtime = runtimeOn(sim.baseUrl);
    await runtime.generateText({ role: "default", prompt: "Look.", tools: { look } });
    const { hostname, port } = new URL(sim.baseUrl);
    const about = {
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-5.5",
      "gen_ai.agent.name": "default",
      "gen_ai.output.type": "text",
      "gen_ai.conversation.id": expect.stringMatching(/^[0-9a-f-]{36}$/),
    };
    const chat = (id: string, reason: string, input: number, more: object = {}): object => ({
      name: "chat gpt-5.5",
      kind: "CLIENT",
      status: "UNSET",
      attributes: {
        ...about,
        "gen_ai.operation.name": "chat",
        "gen_ai.request.stream": true,
        "server.address": hostname,
        "server.port": Number(port),
        "gen_ai.response.id": id,
        "gen_ai.response.finish_reasons": [reason],
        "gen_ai.response.time_to_first_chunk": expect.any(Number),
        "gen_ai.usage.input_tokens": input,
        "gen_ai.usage.cache_read.input_tokens": 2,
        "gen_ai.usage.output_tokens": 5,
        "gen_ai.usage.reasoning.output_tokens": 1,
        ...more,
      },
    });
    const tool = (id: string): object => ({
      name: "execute_tool look",
      kind: "INTERNAL",
      status: "UNSET",
      attributes: {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "look",
        "gen_ai.tool.type": "function",
        "gen_ai.tool.description": "Looks.",
        // Over MCP, Codex does not send the model's id.
        ...(transport === "app-server" && { "gen_ai.tool.call.id": id }),
      },
    });
    const written = { "gen_ai.usage.cache_write.input_tokens": 4 };
    const agent = {
      name: "invoke_agent default",
      kind: "INTERNAL",
      status: "UNSET",
      attributes: {
        ...about,
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": 60,
        "gen_ai.usage.cache_read.input_tokens": 6,
        ...written,
        "gen_ai.usage.output_tokens": 15,
        "gen_ai.usage.reasoning.output_tokens": 3,
      },
    };
    const tools = ["call_a", "call_b", "call_c"].map(tool);
    const chats =
      transport === "exec"
        ? []
        : [
            chat("resp_1", "tool_call", 10),
            chat("resp_2", "tool_call", 20),
            chat("resp_3", "stop", 30, written),
          ];
    const spans = telemetry.spans().map(listed);
    expect(spans.filter(({ name }) => name.startsWith("chat"))).toEqual(chats);
    // The first two calls run at once: either of them can end first.
    const ran = spans.filter(({ name }) => name.startsWith("execute_tool"));
    expect(ran.toSorted(byCallId)).toEqual(tools);
    expect(ran.at(-1)).toEqual(tool("call_c"));
    expect(spans).toHaveLength(chats.length + tools.length + 1);
    expect(spans.at(-1)).toEqual(agent);
    const [root] = telemetry.spans().slice(-1);
    for (const span of telemetry.spans().slice(0, -1))
      expect(span.parentSpanContext?.spanId).toBe(root?.spanContext().spanId);
  });

  test("is these measures of the responses, and none on exec", async () => {
    const telemetry = startTelemetry();
    await using sim = await startCodexSim({ script: threeResponses });
    await using runtime = runtimeOn(sim.baseUrl);
    await runtime.generateText({ role: "default", prompt: "Look.", tools: { look } });
    const model = { "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-5.5" };
    const of = (operation: string): object => ({ "gen_ai.operation.name": operation, ...model });
    const seconds = { unit: "s", sum: "some seconds", attributes: of("chat") };
    const points = await telemetry.points();
    expect(
      points.filter(({ name }) =>
        /inference\.(duration|time_to_first_chunk)|inference_calls/.test(name),
      ),
    ).toEqual(
      transport === "exec"
        ? []
        : [
            { name: "gen_ai.client.inference.duration", ...seconds },
            { name: "gen_ai.client.inference.time_to_first_chunk", ...seconds },
            {
              name: "gen_ai.invoke_agent.inference_calls",
              unit: "{call}",
              attributes: of("invoke_agent"),
              sum: 3,
            },
          ],
    );
  });
});

describe("the responses on the app-server", () => {
  const startRuntime = (
    baseUrl: string,
    options: Partial<CodexRuntimeOptions> = {},
  ): CodexKtxLlmRuntime =>
    new CodexKtxLlmRuntime({
      projectDir: process.cwd(),
      modelSlots: { default: "gpt-5.5" },
      endpoint: { baseUrl },
      transport: "app-server",
      maxRetries: 0,
      ...options,
    });
  const ask = { role: "default", prompt: "Hi." } as const;

  test("that fail have the kind of the failure, and no usage", async () => {
    const telemetry = startTelemetry();
    await using sim = await startCodexSim({
      script: [
        reply([toolCall("look", { word: "a" })]),
        refuse(400, { error: { message: "sk-planted-0123456789", code: "invalid_prompt" } }),
      ],
    });
    await using runtime = startRuntime(sim.baseUrl);
    await expect(runtime.generateText({ ...ask, tools: { look } })).rejects.toThrow(CodexError);
    const [first, second] = telemetry.spans().filter(({ name }) => name.startsWith("chat"));
    const agent = telemetry.spans().at(-1);
    expect(first?.attributes).toMatchObject({ "gen_ai.response.id": "resp_1" });
    expect(second && listed(second)).toMatchObject({
      status: "ERROR",
      attributes: {
        "error.type": agent?.attributes["error.type"],
        "gen_ai.response.finish_reasons": ["error"],
      },
    });
    expect(Object.keys(second?.attributes ?? {})).not.toContain("gen_ai.usage.input_tokens");
    expect(Object.keys(second?.attributes ?? {})).not.toContain("gen_ai.response.id");
    expect(JSON.stringify(second?.attributes)).not.toContain("planted");
    expect(await telemetry.points()).toContainEqual(
      expect.objectContaining({
        name: "gen_ai.client.inference.duration",
        attributes: expect.objectContaining({ "error.type": agent?.attributes["error.type"] }),
      }),
    );
  });

  test("that the caller cancels end with their call", async () => {
    const telemetry = startTelemetry();
    const caller = new AbortController();
    await using sim = await startCodexSim({
      script: [reply([partialText("Hel")], { finish: "stall" })],
    });
    await using runtime = startRuntime(sim.baseUrl);
    const call = runtime.generateText({
      ...ask,
      abortSignal: caller.signal,
      onTextDelta: () => caller.abort(new Error("Enough.")),
    });
    await expect(call).rejects.toThrow("Enough.");
    expect(telemetry.spans().map(listed)).toMatchObject([
      {
        name: "chat gpt-5.5",
        status: "ERROR",
        attributes: {
          "error.type": "cancelled",
          "gen_ai.response.time_to_first_chunk": expect.any(Number),
        },
      },
      { name: "invoke_agent default", status: "ERROR", attributes: { "error.type": "aborted" } },
    ]);
  });

  test("that a budget keeps from being asked for have no span", async () => {
    const telemetry = startTelemetry();
    await using sim = await startCodexSim({
      script: answering(() => [toolCall("look", { word: "a" })]),
    });
    await using runtime = startRuntime(sim.baseUrl);
    await runtime.runAgentLoop({
      modelRole: "default",
      systemPrompt: "",
      userPrompt: "Look.",
      toolSet: { look },
      stepBudget: 1,
    });
    // Codex makes a call while its response still comes.
    expect(new Set(telemetry.spans().map(({ name }) => name))).toEqual(
      new Set(["chat gpt-5.5", "execute_tool look", "invoke_agent default"]),
    );
    expect(telemetry.spans()).toHaveLength(3);
  });

  test("have the names of 1.36 where they are asked for", async () => {
    const telemetry = startTelemetry({ conventions: "1.36" });
    await using sim = await startCodexSim({ script: [reply([text("Hello.")])] });
    await using runtime = startRuntime(sim.baseUrl);
    await runtime.generateText(ask);
    const [chat] = telemetry.spans();
    expect(chat?.attributes).toMatchObject({ "gen_ai.system": "openai" });
    for (const later of [
      "gen_ai.provider.name",
      "gen_ai.request.stream",
      "gen_ai.response.time_to_first_chunk",
    ])
      expect(Object.keys(chat?.attributes ?? {})).not.toContain(later);
    const points = await telemetry.points();
    expect(
      points.map(({ name, attributes }) => [name, attributes["gen_ai.operation.name"]]),
    ).toEqual([
      ["gen_ai.client.token.usage", "invoke_agent"],
      ["gen_ai.client.token.usage", "invoke_agent"],
      ["gen_ai.client.operation.duration", "chat"],
      ["gen_ai.client.operation.duration", "invoke_agent"],
    ]);
  });
});
