import { reply, type SimScript, text, toolCall } from "@ktx/codex-sim";
import { defineTool } from "@ktx/mcp-bridge";
import { generateText, isStepCount, streamText } from "ai";
import { describe, expect, test } from "vitest";
import { asking, cityInput, startScene, unanswered, weather } from "./start-scene.ts";

const hosted = defineTool({
  name: "weather",
  description: "The weather of a city.",
  inputSchema: cityInput,
  execute: ({ city }) => {
    if (city === "Atlantis") throw new Error("There is no such city.");
    return `Snow in ${city}.`;
  },
});
const prompt = "Weather?";

describe("a tool that Codex calls itself", () => {
  test.each(["auto", "exec"] as const)("runs within one step, on %s", async (transport) => {
    await using scene = await startScene(asking, { transport });
    const result = await generateText({
      model: scene.ktx("gpt-5.5"),
      tools: scene.ktx.tools({ hosted }),
      prompt,
    });
    expect(result.text).toMatch(/^Heard: .*Snow in Oslo\.$/s);
    expect(result.steps).toHaveLength(1);
    expect(result.finishReason).toBe("stop");
    expect(result.toolCalls).toMatchObject([
      { toolName: "weather", input: { city: "Oslo" }, providerExecuted: true },
    ]);
    expect(result.toolResults).toMatchObject([{ toolName: "weather", output: "Snow in Oslo." }]);
    expect(result.warnings).toEqual([]);
  });

  test("that fails is an error of the tool, and the model goes on", async () => {
    const script: SimScript = ({ toolOutputs: [first] }) =>
      first === undefined
        ? reply([toolCall("weather", { city: "Atlantis" })])
        : reply([text("Nothing there.")]);
    await using scene = await startScene(script);
    const tools = scene.ktx.tools({ hosted });
    const result = await generateText({ model: scene.ktx("gpt-5.5"), tools, prompt });
    expect(result.text).toBe("Nothing there.");
    const failed = result.content.find((part) => part.type === "tool-error");
    expect(failed?.error).toContain("There is no such city.");
  });

  test("is streamed with its call and its result, between the texts", async () => {
    const script: SimScript = ({ toolOutputs: [first] }) =>
      first === undefined
        ? reply([text("I look."), toolCall("weather", { city: "Oslo" })])
        : reply([text("It snows.")]);
    await using scene = await startScene(script);
    const tools = scene.ktx.tools({ hosted });
    const result = streamText({ model: scene.ktx("gpt-5.5"), tools, prompt });
    const types: string[] = [];
    for await (const { type } of result.fullStream) types.push(type);
    const [start, , ...rest] = types;
    expect(start).toBe("start");
    expect(rest).toEqual([
      "text-start",
      "text-delta",
      "text-end",
      "tool-input-start",
      "tool-input-delta",
      "tool-input-end",
      "tool-call",
      "tool-result",
      "text-start",
      "text-delta",
      "text-end",
      "finish-step",
      "finish",
    ]);
  });

  test("stands beside a tool of the client, in one thread", async () => {
    const script: SimScript = ({ toolOutputs: { length } }) =>
      length === 0
        ? reply([toolCall("weather", { city: "Oslo" })])
        : length === 1
          ? reply([toolCall("rain", { city: "Rome" })])
          : reply([text("Both.")]);
    await using scene = await startScene(script);
    const result = await generateText({
      model: scene.ktx("gpt-5.5"),
      tools: { ...scene.ktx.tools({ hosted }), rain: weather },
      stopWhen: isStepCount(5),
      prompt,
    });
    expect(result.text).toBe("Both.");
    expect(result.steps.map(({ toolResults }) => toolResults.map(({ output }) => output))).toEqual([
      ["Snow in Oslo.", "Rain in Rome."],
      [],
    ]);
    expect(result.steps.flatMap(({ warnings = [] }) => warnings)).toEqual([]);
  });

  test("is not offered where the tools are switched off", async () => {
    await using scene = await startScene([reply([text("Hello.")])]);
    const tools = { ...scene.ktx.tools({ hosted }), rain: unanswered };
    const model = scene.ktx("gpt-5.5");
    await generateText({ model, tools, toolChoice: "none", prompt });
    expect(scene.sim.requests[0]?.tools).toEqual([]);
  });
});
