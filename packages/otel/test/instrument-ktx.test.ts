import { type CallTrace, CodexError } from "@ktx/codex-runtime";
import { createScriptedRuntime, type RuntimeScript } from "@ktx/codex-runtime/testing";
import { defineTool, ToolBridgeError } from "@ktx/mcp-bridge";
import { context, trace } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { instrumentKtx, schemaUrl, traceWorkflow } from "../src/index.ts";
import { listed } from "./listed.ts";
import { startTelemetry } from "./telemetry.ts";

const look = defineTool({
  name: "look",
  description: "Looks.",
  inputSchema: z.object({ word: z.string() }),
  execute: ({ word }) => `seen ${word}`,
});
const usage = {
  inputTokens: 50,
  cachedInputTokens: 20,
  cacheWriteInputTokens: 30,
  outputTokens: 9,
  reasoningOutputTokens: 4,
  totalTokens: 59,
};
const script: RuntimeScript = [
  { toolCalls: [{ tool: "look", arguments: { word: "xyzzy" } }], text: "It is plugh.", usage },
];
const ask = { role: "default", prompt: "Tell me of frotz.", system: "Be grue.", tools: { look } };

describe("a run", () => {
  test("is these spans, with these attributes and no other, in this scope", async () => {
    const telemetry = startTelemetry();
    await createScriptedRuntime(script).generateText({ ...ask, telemetryTags: { job: "tidy" } });
    const spans = telemetry.spans();
    expect(spans.map(listed)).toEqual([
      {
        name: "execute_tool look",
        kind: "INTERNAL",
        status: "UNSET",
        attributes: {
          "gen_ai.operation.name": "execute_tool",
          "gen_ai.tool.name": "look",
          "gen_ai.tool.type": "function",
          "gen_ai.tool.description": "Looks.",
        },
      },
      {
        name: "invoke_agent default",
        kind: "INTERNAL",
        status: "UNSET",
        attributes: {
          "gen_ai.operation.name": "invoke_agent",
          "gen_ai.provider.name": "openai",
          "gen_ai.request.model": "gpt-5.5",
          "gen_ai.agent.name": "default",
          "gen_ai.output.type": "text",
          "gen_ai.conversation.id": expect.any(String),
          "gen_ai.response.finish_reasons": ["stop"],
          "gen_ai.usage.input_tokens": 50,
          "gen_ai.usage.cache_read.input_tokens": 20,
          "gen_ai.usage.cache_write.input_tokens": 30,
          "gen_ai.usage.output_tokens": 9,
          "gen_ai.usage.reasoning.output_tokens": 4,
          "ktx.tag.job": "tidy",
        },
      },
    ]);
    const [tool, agent] = spans;
    expect(tool?.parentSpanContext?.spanId).toBe(agent?.spanContext().spanId);
    expect(tool?.spanContext().traceId).toBe(agent?.spanContext().traceId);
    expect(agent?.instrumentationScope).toMatchObject({ name: "@ktx/otel", schemaUrl });
  });

  test("is these measures", async () => {
    const telemetry = startTelemetry();
    await createScriptedRuntime(script).generateText(ask);
    const to = {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-5.5",
    };
    const tokens = { unit: "{token}", attributes: { ...to, "gen_ai.token.modality": "unknown" } };
    const usageName = "gen_ai.client.inference.usage";
    expect(await telemetry.points()).toEqual([
      { name: `${usageName}.input_tokens`, ...tokens, sum: 50 },
      { name: `${usageName}.cache_read.input_tokens`, ...tokens, sum: 20 },
      { name: `${usageName}.cache_write.input_tokens`, ...tokens, sum: 30 },
      { name: `${usageName}.output_tokens`, ...tokens, sum: 9 },
      { name: `${usageName}.reasoning.output_tokens`, ...tokens, sum: 4 },
      { name: "gen_ai.invoke_agent.duration", unit: "s", attributes: to, sum: "some seconds" },
      { name: "gen_ai.invoke_agent.tool_calls", unit: "{call}", attributes: to, sum: 1 },
      {
        name: "gen_ai.execute_tool.duration",
        unit: "s",
        attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "look" },
        sum: "some seconds",
      },
    ]);
  });

  test("has the names of 1.36 where they are asked for, and no newer ones", async () => {
    const telemetry = startTelemetry({ conventions: "1.36" });
    await createScriptedRuntime(script).generateText(ask);
    const points = await telemetry.points();
    expect(points.map(({ name, sum }) => [name, sum])).toEqual([
      ["gen_ai.client.token.usage", 50],
      ["gen_ai.client.token.usage", 9],
      ["gen_ai.client.operation.duration", "some seconds"],
    ]);
    expect(points.map(({ attributes }) => attributes["gen_ai.token.type"])).toEqual([
      "input",
      "output",
      undefined,
    ]);
    const agent = telemetry.spans().at(-1);
    expect(agent?.attributes).toMatchObject({ "gen_ai.system": "openai" });
    expect(agent?.attributes).not.toHaveProperty(["gen_ai.provider.name"]);
  });

  test("is a part of the span that is active at its start", async () => {
    const telemetry = startTelemetry();
    await trace.getTracer("app").startActiveSpan("job", async (span) => {
      await createScriptedRuntime(script).generateText(ask);
      span.end();
    });
    const [, agent, job] = telemetry.spans();
    expect(agent?.parentSpanContext?.spanId).toBe(job?.spanContext().spanId);
  });

  test("of an object has the type json, and its agent the name that the caller gives it", async () => {
    const agentName = ({ method }: CallTrace): string => `of ${method}`;
    const telemetry = startTelemetry({ agentName });
    const runtime = createScriptedRuntime([{ object: { n: 1 } }]);
    await runtime.generateObject({ ...ask, schema: z.object({ n: z.number() }) });
    expect(telemetry.spans().map(listed)).toMatchObject([
      { name: "invoke_agent of generateObject", attributes: { "gen_ai.output.type": "json" } },
    ]);
  });
});

describe("what was said", () => {
  test("is in no span unless both the runtime and the telemetry are asked for it", async () => {
    const telemetry = startTelemetry();
    await createScriptedRuntime(script, { traceContent: true }).generateText(ask);
    const bare = createScriptedRuntime([{ failure: { kind: "unknown", message: "xyzzy frotz" } }]);
    await expect(bare.generateText(ask)).rejects.toThrow(CodexError);
    expect(telemetry.spans()).toHaveLength(3);
    for (const { attributes, status, events } of telemetry.spans())
      expect(JSON.stringify([attributes, status, events])).not.toMatch(/xyzzy|plugh|frotz|grue/);
  });

  test("is there where it is, in the form of the conventions", async () => {
    const telemetry = startTelemetry({ content: true });
    await createScriptedRuntime(script, { traceContent: true }).generateText(ask);
    const [tool, agent] = telemetry.spans();
    expect(tool?.attributes).toMatchObject({
      "gen_ai.tool.call.arguments": '{"word":"xyzzy"}',
      "gen_ai.tool.call.result": "seen xyzzy",
    });
    const part = (content: string): object => ({ type: "text", content });
    expect(
      ["gen_ai.system_instructions", "gen_ai.input.messages", "gen_ai.output.messages"].map(
        (name) => JSON.parse(String(agent?.attributes[name])),
      ),
    ).toEqual([
      [part("Be grue.")],
      [{ role: "user", parts: [part("Tell me of frotz.")] }],
      [{ role: "assistant", parts: [part("It is plugh.")], finish_reason: "stop" }],
    ]);
  });
});

describe("a failure", () => {
  test("of a run is its kind, on the span and on its duration", async () => {
    const telemetry = startTelemetry();
    const runtime = createScriptedRuntime([{ failure: { kind: "network", message: "Full." } }]);
    await expect(runtime.generateText(ask)).rejects.toThrow(CodexError);
    expect(telemetry.spans().map(listed)).toMatchObject([
      {
        status: "ERROR",
        attributes: { "error.type": "network", "gen_ai.response.finish_reasons": ["error"] },
      },
    ]);
    expect(await telemetry.points()).toContainEqual(
      expect.objectContaining({
        name: "gen_ai.invoke_agent.duration",
        attributes: expect.objectContaining({ "error.type": "network" }),
      }),
    );
  });

  test("of a run that its caller ends is `aborted`, whatever the caller's reason", async () => {
    const failing = createScriptedRuntime([{ failure: { kind: "network", message: "Full." } }]);
    const ofAnotherCall: unknown = await failing.generateText(ask).catch((error: unknown) => error);
    expect(ofAnotherCall).toBeInstanceOf(CodexError);
    const telemetry = startTelemetry();
    for (const reason of [new Error("Enough."), ofAnotherCall, "enough"]) {
      const caller = new AbortController();
      const tool = defineTool({
        ...look,
        execute: () => {
          caller.abort(reason);
          return "seen";
        },
      });
      const call = createScriptedRuntime(script).generateText({
        ...ask,
        tools: { look: tool },
        abortSignal: caller.signal,
      });
      await expect(call).rejects.toBe(reason);
      expect(telemetry.spans().at(-1)?.attributes).toMatchObject({ "error.type": "aborted" });
    }
  });

  test("that kept a run from starting is the class of its error", async () => {
    const telemetry = startTelemetry();
    const tools = { look, again: look };
    const call = createScriptedRuntime(script).generateText({ ...ask, tools });
    const error: unknown = await call.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ToolBridgeError);
    expect(telemetry.spans().at(-1)?.attributes).toMatchObject({ "error.type": "ToolBridgeError" });
  });

  test("of a tool is its outcome", async () => {
    const telemetry = startTelemetry();
    const fails = defineTool({
      ...look,
      execute: () => {
        throw new Error("It is dark.");
      },
    });
    await createScriptedRuntime(script)
      .generateText({ ...ask, tools: { look: fails } })
      .catch(() => {});
    expect(telemetry.spans().map(listed)[0]).toMatchObject({
      status: "ERROR",
      attributes: { "error.type": "error" },
    });
  });
});

describe("tools", () => {
  test("run in the context of their span, and have its traceparent", async () => {
    const telemetry = startTelemetry();
    const seen: (string | undefined)[] = [];
    const tool = defineTool({
      ...look,
      execute: async (_input, { meta }) => {
        await Promise.resolve();
        seen.push(trace.getSpan(context.active())?.spanContext().spanId, meta?.["traceparent"]);
        return "seen";
      },
    });
    await createScriptedRuntime(script).generateText({ ...ask, tools: { look: tool } });
    const { traceId, spanId } = telemetry.spans()[0]?.spanContext() ?? {};
    expect(seen).toEqual([spanId, `00-${traceId}-${spanId}-01`]);
  });

  test("of one name that run at once have each their own span", async () => {
    const telemetry = startTelemetry();
    const seen = new Map<string, string | undefined>();
    const tool = defineTool({
      name: "look",
      description: "Looks.",
      inputSchema: z.object({ word: z.string() }),
      annotations: { readOnlyHint: true },
      execute: async ({ word }) => {
        await Promise.resolve();
        seen.set(word, trace.getSpan(context.active())?.spanContext().spanId);
        return word;
      },
    });
    const words = ["a", "b", "c"];
    const toolCalls = words.map((word) => ({ tool: "look", arguments: { word } }));
    const runtime = createScriptedRuntime([{ toolCalls, text: "Done." }], { traceContent: true });
    await runtime.generateText({ ...ask, tools: { look: tool } });
    expect(new Set(seen.values()).size).toBe(3);
    const spanIds = telemetry.spans().map((span) => span.spanContext().spanId);
    expect(words.map((word) => spanIds.includes(seen.get(word) ?? ""))).toEqual([true, true, true]);
  });

  test("of two runs at once are parts of their own run", async () => {
    const telemetry = startTelemetry();
    const run = (agent: string): Promise<string> =>
      createScriptedRuntime(script).generateText({ ...ask, telemetryTags: { agent } });
    await Promise.all([run("one"), run("two")]);
    const spans = telemetry.spans();
    const runs = spans.filter(({ name }) => name.startsWith("invoke_agent"));
    const parents = spans
      .filter(({ name }) => name.startsWith("execute_tool"))
      .map(({ parentSpanContext }) => parentSpanContext?.spanId);
    expect(new Set(parents)).toEqual(new Set(runs.map((span) => span.spanContext().spanId)));
    expect(new Set(runs.map((span) => span.spanContext().traceId)).size).toBe(2);
  });

  test("that run a model are above its run", async () => {
    const telemetry = startTelemetry();
    const inner = createScriptedRuntime([{ text: "Inner." }]);
    const tool = defineTool({
      ...look,
      execute: () => inner.generateText({ role: "default", prompt: "Go." }),
    });
    await createScriptedRuntime(script).generateText({ ...ask, tools: { look: tool } });
    const [innerRun, toolSpan] = telemetry.spans();
    expect(innerRun?.parentSpanContext?.spanId).toBe(toolSpan?.spanContext().spanId);
  });
});

test("a workflow is above its runs, and fails with its work", async () => {
  const telemetry = startTelemetry();
  await traceWorkflow("nightly", () => createScriptedRuntime(script).generateText(ask));
  const [, agent, workflow] = telemetry.spans();
  expect(agent?.parentSpanContext?.spanId).toBe(workflow?.spanContext().spanId);
  expect(workflow === undefined ? undefined : listed(workflow)).toEqual({
    name: "invoke_workflow nightly",
    kind: "INTERNAL",
    status: "UNSET",
    attributes: { "gen_ai.operation.name": "invoke_workflow", "gen_ai.agent.name": "nightly" },
  });
  const fail = (): Promise<never> => Promise.reject(new TypeError("No."));
  await expect(traceWorkflow("failing", fail)).rejects.toThrow("No.");
  expect(telemetry.spans().at(-1)?.attributes).toMatchObject({ "error.type": "TypeError" });
  const runtime = createScriptedRuntime([{ failure: { kind: "network", message: "Full." } }]);
  await expect(traceWorkflow("failing", () => runtime.generateText(ask))).rejects.toThrow("Full.");
  expect(telemetry.spans().at(-1)?.attributes).toMatchObject({ "error.type": "network" });
});

test("a name that cannot be made ends neither the run nor the program", async () => {
  const telemetry = startTelemetry({
    agentName: () => {
      throw new Error("No name.");
    },
  });
  expect(await createScriptedRuntime(script).generateText(ask)).toBe("It is plugh.");
  expect(telemetry.spans().map(({ name }) => name)).toEqual(["execute_tool look"]);
});

test("nothing is reported after the end of the instrumentation", async () => {
  const telemetry = startTelemetry();
  const other = instrumentKtx();
  await createScriptedRuntime(script).generateText(ask);
  expect(telemetry.spans()).toHaveLength(4);
  other[Symbol.dispose]();
  await createScriptedRuntime(script).generateText(ask);
  expect(telemetry.spans()).toHaveLength(6);
});
