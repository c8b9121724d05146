import { refuse, reply, type SimScript, text, toolCall } from "@ktx/codex-sim";
import {
  createProviderRegistry,
  generateText,
  isStepCount,
  NoObjectGeneratedError,
  Output,
  smoothStream,
  streamText,
  tool,
  ToolLoopAgent,
} from "ai";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { asking, startScene, weather } from "./start-scene.ts";

describe("the AI SDK on ktx", () => {
  test("gets a text with its usage", async () => {
    await using scene = await startScene([reply([text("Hello.")])]);
    const result = await generateText({ model: scene.ktx("gpt-5.5"), prompt: "Hi." });
    expect(result.text).toBe("Hello.");
    expect(result.finishReason).toBe("stop");
    expect(result.usage.inputTokens).toBeGreaterThan(0);
  });

  test("finds the models of a registry", async () => {
    await using scene = await startScene([reply([text("Hello.")])]);
    const model = createProviderRegistry({ ktx: scene.ktx }).languageModel("ktx:gpt-5.5");
    expect((await generateText({ model, prompt: "Hi." })).text).toBe("Hello.");
    expect(scene.sim.requests[0]?.model).toBe("gpt-5.5");
  });

  test("streams a text in pieces", async () => {
    await using scene = await startScene([reply([text("One two three four.", { deltas: 4 })])]);
    const result = streamText({ model: scene.ktx("gpt-5.5"), prompt: "Count." });
    const pieces: string[] = [];
    for await (const piece of result.textStream) pieces.push(piece);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join("")).toBe("One two three four.");
  });

  test("runs the client's own tools, and the same thread goes on", async () => {
    await using scene = await startScene(asking);
    const result = await generateText({
      model: scene.ktx("gpt-5.5"),
      tools: { weather },
      stopWhen: isStepCount(5),
      prompt: "Weather?",
    });
    expect(result.text).toBe("Heard: Rain in Oslo.");
    expect(result.steps.map(({ finishReason }) => finishReason)).toEqual(["tool-calls", "stop"]);
    expect(result.steps.flatMap(({ warnings }) => warnings ?? [])).toEqual([]);
    // A new thread would carry the call of the history under an id of its own.
    expect(JSON.stringify(scene.sim.requests[1]?.body)).not.toContain("call_before_");
  });

  test("streams the steps of an agent", async () => {
    await using scene = await startScene(asking);
    const agent = new ToolLoopAgent({ model: scene.ktx("gpt-5.5"), tools: { weather } });
    const result = await agent.stream({ prompt: "Weather?" });
    expect(await result.text).toBe("Heard: Rain in Oslo.");
    expect(await result.steps).toHaveLength(2);
  });

  test("starts a new thread with the history where the waiting one has ended", async () => {
    await using scene = await startScene(asking);
    const first = await generateText({
      model: scene.ktx("gpt-5.5"),
      tools: { weather },
      prompt: "Weather?",
    });
    await using other = await startScene(asking);
    const next = await generateText({
      model: other.ktx("gpt-5.5"),
      tools: { weather },
      messages: [{ role: "user", content: "Weather?" }, ...first.response.messages],
    });
    expect(next.text).toBe("Heard: Rain in Oslo.");
    expect(next.warnings).toMatchObject([{ type: "other" }]);
  });

  test("gets a checked object", async () => {
    await using scene = await startScene([reply([text('{"n":3}')])]);
    const result = await generateText({
      model: scene.ktx("gpt-5.5"),
      output: Output.object({ schema: z.object({ n: z.number() }) }),
      prompt: "A number.",
    });
    expect(result.output).toEqual({ n: 3 });
  });

  test("is warned of settings that Codex does not take", async () => {
    await using scene = await startScene([reply([text("Hello.")])]);
    const model = scene.ktx("gpt-5.5");
    const { warnings } = await generateText({ model, prompt: "Hi.", temperature: 0 });
    expect(warnings).toMatchObject([{ type: "unsupported", feature: "temperature" }]);
  });

  test("gets a refused request as an error of an API call", async () => {
    await using scene = await startScene(() => refuse(400, { error: { message: "No." } }));
    const failing = generateText({ model: scene.ktx("gpt-5.5"), prompt: "Hi." });
    await expect(failing).rejects.toMatchObject({ name: "AI_APICallError", isRetryable: false });
  });

  test("aborts a running call with the caller's reason", async () => {
    const caller = new AbortController();
    const script: SimScript = () => {
      caller.abort(new Error("Enough."));
      return reply([text("late")], { beforeHeadersMs: 20_000 });
    };
    await using scene = await startScene(script);
    const model = scene.ktx("gpt-5.5");
    const running = generateText({ model, prompt: "Hi.", abortSignal: caller.signal });
    await expect(running).rejects.toThrow("Enough.");
  });

  test("is refused its tools on exec, which cannot wait", async () => {
    await using scene = await startScene([], { transport: "exec" });
    const model = scene.ktx("gpt-5.5");
    const refused = generateText({ model, tools: { weather }, prompt: "Weather?" });
    await expect(refused).rejects.toMatchObject({ name: "AI_UnsupportedFunctionalityError" });
  });

  test("shows the model the error of a tool", async () => {
    await using scene = await startScene(asking);
    const execute = (): string => {
      throw new Error("The station is closed.");
    };
    const result = await generateText({
      model: scene.ktx("gpt-5.5"),
      tools: { weather: tool({ inputSchema: z.object({ city: z.string() }), execute }) },
      stopWhen: isStepCount(4),
      prompt: "Weather?",
    });
    expect(result.text).toContain("The station is closed.");
  });

  test("keeps two conversations at once apart", async () => {
    const script: SimScript = ({ toolOutputs: [first], userText }) =>
      first === undefined
        ? reply([toolCall("weather", { city: userText.includes("Oslo") ? "Oslo" : "Rome" })])
        : reply([text(first.output)]);
    await using scene = await startScene(script);
    const model = scene.ktx("gpt-5.5");
    const ask = (prompt: string) =>
      generateText({ model, tools: { weather }, stopWhen: isStepCount(4), prompt });
    const [oslo, rome] = await Promise.all([ask("Oslo?"), ask("Rome?")]);
    expect([oslo.text, rome.text]).toEqual(["Rain in Oslo.", "Rain in Rome."]);
  });

  test("shows the model no tools with toolChoice none", async () => {
    await using scene = await startScene([reply([text("Hello.")])]);
    const model = scene.ktx("gpt-5.5");
    await generateText({ model, tools: { weather }, toolChoice: "none", prompt: "Hi." });
    expect(scene.sim.requests[0]?.tools).toEqual([]);
  });

  test("smooths the stream of a run with tools", async () => {
    await using scene = await startScene(asking);
    const result = streamText({
      model: scene.ktx("gpt-5.5"),
      tools: { weather },
      stopWhen: isStepCount(4),
      experimental_transform: smoothStream({ delayInMs: null }),
      prompt: "Weather?",
    });
    const pieces: string[] = [];
    for await (const piece of result.textStream) pieces.push(piece);
    expect(pieces).toEqual(["Heard: ", "Rain ", "in ", "Oslo."]);
  });

  test("gets lists and choices", async () => {
    await using scene = await startScene([
      reply([text('{"elements":[1,2]}')]),
      reply([text('{"result":"a"}')]),
    ]);
    const model = scene.ktx("gpt-5.5");
    const list = Output.array({ element: z.number() });
    expect((await generateText({ model, output: list, prompt: "Go." })).output).toEqual([1, 2]);
    const choice = Output.choice({ options: ["a", "b"] });
    expect((await generateText({ model, output: choice, prompt: "Go." })).output).toBe("a");
  });

  test("gets the error of the AI SDK for an object of another form", async () => {
    await using scene = await startScene(() => reply([text('{"n":"three"}')]));
    const output = Output.object({ schema: z.object({ n: z.number() }) });
    const failing = generateText({ model: scene.ktx("gpt-5.5"), output, prompt: "A number." });
    await expect(failing.then(({ output: value }) => value)).rejects.toSatisfy(
      NoObjectGeneratedError.isInstance,
    );
  });
});
