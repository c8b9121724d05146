import { reply, type SimScript, text, toolCall } from "@ktx/codex-sim";
import { generateText, isStepCount, streamText, tool } from "ai";
import { describe, expect, test } from "vitest";
import { defineTool } from "@ktx/mcp-bridge";
import { z } from "zod";
import { cityInput, startScene, weather } from "./start-scene.ts";

const prompt = "Go.";
const stopWhen = isStepCount(6);

/** Calls of several tools in one response, then what they gave. */
const inOneResponse =
  (...calls: readonly (readonly [tool: string, city: string])[]): SimScript =>
  ({ toolOutputs }) =>
    toolOutputs.length === 0
      ? reply(calls.map(([name, city]) => toolCall(name, { city })))
      : reply([text(toolOutputs.map(({ output }) => output).join(" "))]);

/** A new thread would carry the calls of the history under ids of its own. */
const madeBefore = "call_before_";

describe("the calls of one response of the model", () => {
  test("are one step, run at the same time, and are answered in their order", async () => {
    await using scene = await startScene(inOneResponse(["weather", "A"], ["weather", "B"]));
    const both = Promise.withResolvers<void>();
    const running: string[] = [];
    const together = tool({
      inputSchema: cityInput,
      execute: async ({ city }) => {
        running.push(city);
        if (running.length === 2) both.resolve();
        await both.promise;
        return `Rain in ${city}.`;
      },
    });
    const model = scene.ktx("gpt-5.5");
    const result = await generateText({ model, tools: { weather: together }, stopWhen, prompt });
    expect(result.text).toBe("Rain in A. Rain in B.");
    expect(result.steps.map(({ toolCalls }) => toolCalls.length)).toEqual([2, 0]);
    expect(result.steps.flatMap(({ warnings = [] }) => warnings)).toEqual([]);
    expect(scene.sim.requests).toHaveLength(2);
    expect(JSON.stringify(scene.sim.requests[1]?.body)).not.toContain(madeBefore);
  });

  test("are streamed as one step, after the text between them", async () => {
    const script: SimScript = ({ toolOutputs: { length } }) =>
      length === 0
        ? reply([
            toolCall("weather", { city: "A" }),
            text("And"),
            toolCall("weather", { city: "B" }),
          ])
        : reply([text("Both.")]);
    await using scene = await startScene(script);
    const model = scene.ktx("gpt-5.5");
    const result = streamText({ model, tools: { weather }, stopWhen, prompt });
    expect(await result.text).toBe("Both.");
    const [first, ...more] = await result.steps;
    expect(first?.content.map(({ type }) => type)).toEqual([
      "text",
      "tool-call",
      "tool-call",
      "tool-result",
      "tool-result",
    ]);
    expect(more).toHaveLength(1);
  });

  test("each have their own end: one fails, one is unknown, one cannot be read", async () => {
    const script: SimScript = ({ toolOutputs }) =>
      toolOutputs.length === 0
        ? reply([
            toolCall("broken", { city: "A" }),
            toolCall("nothing", { city: "B" }),
            toolCall("weather", "{not json"),
            toolCall("weather", { city: "C" }),
          ])
        : reply([text(toolOutputs.map(({ output }) => output).join(" | "))]);
    await using scene = await startScene(script);
    const broken = tool({
      inputSchema: cityInput,
      execute: (): string => {
        throw new Error("The station is closed.");
      },
    });
    const result = await generateText({
      model: scene.ktx("gpt-5.5"),
      tools: { broken, weather },
      stopWhen,
      prompt,
    });
    expect(result.text).toMatch(
      /The station is closed.*unsupported call: nothing.*failed to parse.*Rain in C/,
    );
    expect(result.steps).toHaveLength(2);
  });

  test.each([
    [true, "Rain in A. Rain in B."],
    [false, "The user denied this call. Rain in B."],
  ])("go on in their thread once one of them is approved: %s", async (approved, answer) => {
    await using scene = await startScene(inOneResponse(["asked", "A"], ["weather", "B"]));
    const asked = tool({ ...weather, needsApproval: true });
    const model = scene.ktx("gpt-5.5");
    const tools = { asked, weather };
    const first = await generateText({ model, tools, stopWhen, prompt });
    const [request] = first.content.filter((part) => part.type === "tool-approval-request");
    const approvalId = request?.approvalId ?? "";
    const next = await generateText({
      model,
      tools,
      stopWhen,
      messages: [
        { role: "user", content: prompt },
        ...first.response.messages,
        {
          role: "tool",
          content: [{ type: "tool-approval-response", approvalId, approved }],
        },
      ],
    });
    expect([next.text, next.warnings]).toEqual([answer, []]);
    expect(scene.sim.requests).toHaveLength(2);
  });

  test("may be those of the client and of Codex side by side", async () => {
    await using scene = await startScene(
      inOneResponse(["weather", "A"], ["hosted", "B"], ["weather", "C"]),
    );
    const hosted = defineTool({
      name: "hosted",
      description: "The tide of a city.",
      inputSchema: z.object({ city: z.string() }),
      execute: ({ city }) => `Tide in ${city}.`,
    });
    const result = await generateText({
      model: scene.ktx("gpt-5.5"),
      tools: { weather, ...scene.ktx.tools({ hosted }) },
      stopWhen,
      prompt,
    });
    expect(result.text).toBe("Rain in A. Tide in B. Rain in C.");
    expect(result.steps[0]?.toolCalls.map(({ toolName }) => toolName)).toEqual([
      "weather",
      "weather",
    ]);
  });

  test("keep the form of the client's schema, whatever the model writes", async () => {
    const script: SimScript = ({ toolOutputs: { length } }) =>
      length === 0
        ? reply([
            toolCall("at", { place: { 0: 1, 1: "x" } }),
            toolCall("at", { place: { 0: 2, 1: "y" } }),
          ])
        : reply([text("Seen.")]);
    await using scene = await startScene(script);
    const seen: unknown[] = [];
    const at = tool({
      inputSchema: z.object({ place: z.tuple([z.number(), z.string()]) }),
      execute: ({ place }) => void seen.push(place),
    });
    await generateText({ model: scene.ktx("gpt-5.5"), tools: { at }, stopWhen, prompt });
    expect(seen).toEqual([
      [1, "x"],
      [2, "y"],
    ]);
  });
});

describe("prepareStep", () => {
  /** Asks for the weather of one city after the other. */
  const cities =
    (count: number): SimScript =>
    ({ toolOutputs: { length } }) =>
      length < count
        ? reply([toolCall("weather", { city: String(length) })], usage(10))
        : reply([text("Done.")], usage(30));
  const usage = (inputTokens: number) => ({ usage: { inputTokens } });
  const tide = tool({ inputSchema: cityInput, execute: () => "High." });

  test("that takes tools away goes on in the same thread, without a warning", async () => {
    await using scene = await startScene(cities(2));
    const result = await generateText({
      model: scene.ktx("gpt-5.5"),
      tools: { weather, tide },
      stopWhen,
      prepareStep: ({ stepNumber }) =>
        stepNumber === 1
          ? { activeTools: ["weather"] }
          : stepNumber > 1
            ? { toolChoice: "none" }
            : {},
      prompt,
    });
    expect(result.text).toBe("Done.");
    expect(result.steps.flatMap(({ warnings = [] }) => warnings)).toEqual([]);
    expect(result.steps.map(({ usage: { inputTokens } }) => inputTokens)).toEqual([10, 10, 30]);
    expect(JSON.stringify(scene.sim.requests.map(({ body }) => body))).not.toContain(madeBefore);
  });

  test("refuses the calls of the tools that it has taken away", async () => {
    await using scene = await startScene(cities(2));
    const result = await generateText({
      model: scene.ktx("gpt-5.5"),
      tools: { weather, tide },
      stopWhen,
      prepareStep: ({ stepNumber }) => (stepNumber > 0 ? { activeTools: ["tide"] } : {}),
      prompt,
    });
    expect(result.steps).toHaveLength(2);
    const outputs = scene.sim.requests.at(-1)?.toolOutputs.map(({ output }) => output);
    expect(outputs).toEqual(["Rain in 0.", expect.stringContaining("weather is not available")]);
  });

  test("that adds tools goes on in new threads, with one warning and all tokens counted", async () => {
    await using scene = await startScene(cities(3));
    const more = tool({ inputSchema: cityInput, execute: () => "More." });
    const sets = [["weather"], ["weather", "tide"], ["weather", "tide", "more"]] as const;
    const result = await generateText({
      model: scene.ktx("gpt-5.5"),
      tools: { weather, tide, more },
      stopWhen,
      prepareStep: ({ stepNumber }) => ({
        activeTools: [...(sets[Math.min(stepNumber, 2)] ?? [])],
      }),
      prompt,
    });
    expect(result.text).toBe("Done.");
    expect(result.steps.map(({ warnings = [] }) => warnings.length)).toEqual([0, 1, 0, 0]);
    expect(result.steps[1]?.warnings).toMatchObject([
      { message: expect.stringContaining("offers tools that its thread was not opened with") },
    ]);
    expect(result.totalUsage.inputTokens).toBe(60);
  });

  test.each([
    ["another model", "gpt-5.4", {}, "The model of the call has changed"],
    ["another effort", "gpt-5.5", { reasoningEffort: "high" }, "The settings of the call"],
    ["another budget", "gpt-5.5", { tokenBudget: 100_000 }, "The settings of the call"],
    ["another transport", "gpt-5.5", { transport: "auto" }, "The settings of the call"],
  ] as const)(
    "that takes %s goes on in a new thread with it, with one warning",
    async (_, modelId, settings, reason) => {
      await using scene = await startScene(cities(2));
      const result = await generateText({
        model: scene.ktx("gpt-5.5"),
        tools: { weather },
        stopWhen,
        prepareStep: ({ stepNumber }) =>
          stepNumber > 0 ? { model: scene.ktx(modelId, settings) } : {},
        prompt,
      });
      expect(result.text).toBe("Done.");
      expect(result.steps.map(({ warnings = [] }) => warnings.length)).toEqual([0, 1, 0]);
      const message = expect.stringContaining(reason);
      expect(result.steps[1]?.warnings).toMatchObject([{ message }]);
      const { requests } = scene.sim;
      expect(requests.map(({ model }) => model)).toEqual(["gpt-5.5", modelId, modelId]);
      expect(JSON.stringify(requests[1]?.body)).toContain(madeBefore);
    },
  );

  test("that names the model's own settings for the call goes on in the same thread", async () => {
    await using scene = await startScene(cities(2));
    const result = await generateText({
      model: scene.ktx("gpt-5.5", { reasoningEffort: "high", tokenBudget: 100_000 }),
      tools: { weather },
      stopWhen,
      prepareStep: ({ stepNumber }) =>
        stepNumber > 0 ? { providerOptions: { ktx: { reasoningEffort: "high" } } } : {},
      prompt,
    });
    expect(result.steps.flatMap(({ warnings = [] }) => warnings)).toEqual([]);
    expect(JSON.stringify(scene.sim.requests.map(({ body }) => body))).not.toContain(madeBefore);
  });

  test("that changes the instructions of each step is warned of once", async () => {
    await using scene = await startScene(cities(2));
    const result = await generateText({
      model: scene.ktx("gpt-5.5"),
      tools: { weather },
      stopWhen,
      prepareStep: ({ stepNumber }) => ({ instructions: `This is step ${stepNumber}.` }),
      prompt,
    });
    expect(result.steps.map(({ warnings = [] }) => warnings.length)).toEqual([0, 1, 0]);
    expect(JSON.stringify(scene.sim.requests.at(-1)?.body)).toContain("This is step 2.");
  });
});
