import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { partialText, reasoning, reply, type SimScript, text, toolCall } from "@ktx/codex-sim";
import { generateText, isStepCount, NoObjectGeneratedError, Output, streamText } from "ai";
import { convertReadableStreamToArray } from "ai/test";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { asking, startScene, weather } from "./start-scene.ts";

const prompt = "Go.";

describe("a stream", () => {
  const recipe = z.object({
    name: z.string(),
    note: z.string().optional(),
    steps: z.array(z.object({ text: z.string() })),
  });
  const written = { name: "Tea", note: null, steps: [{ text: "Boil water." }, { text: "Wait." }] };

  test("of an object gives it while the model writes, in the form of its schema", async () => {
    await using scene = await startScene([reply([text(JSON.stringify(written), { deltas: 12 })])]);
    const output = Output.object({ schema: recipe });
    const result = streamText({ model: scene.ktx("gpt-5.5"), output, prompt });
    const partials: unknown[] = [];
    for await (const partial of result.partialOutputStream) partials.push(partial);
    const whole = { name: "Tea", steps: [{ text: "Boil water." }, { text: "Wait." }] };
    expect(partials.length).toBeGreaterThan(4);
    expect(partials.at(-1)).toEqual(whole);
    expect(await result.output).toEqual(whole);
    expect(await result.text).toBe(JSON.stringify(whole));
  });

  test("of a list gives its elements as they are complete", async () => {
    const answer = '{"elements":[{"n":1},{"n":2},{"n":3}]}';
    await using scene = await startScene([reply([text(answer, { deltas: 9 })])]);
    const output = Output.array({ element: z.object({ n: z.number() }) });
    const result = streamText({ model: scene.ktx("gpt-5.5"), output, prompt });
    const elements: unknown[] = [];
    for await (const element of result.elementStream) elements.push(element);
    expect(elements).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  test("of an object that the schema refuses ends with the error of the AI SDK", async () => {
    await using scene = await startScene(() => reply([text('{"name":7}', { deltas: 3 })]));
    const output = Output.object({ schema: recipe });
    const result = streamText({ model: scene.ktx("gpt-5.5"), output, prompt, onError: () => {} });
    await expect(result.output).rejects.toSatisfy(NoObjectGeneratedError.isInstance);
    expect(scene.sim.requests).toHaveLength(1);
  });

  test("of an object comes after the calls of tools", async () => {
    const script: SimScript = ({ toolOutputs: [first] }) =>
      first === undefined
        ? reply([toolCall("weather", { city: "Oslo" })])
        : reply([text(JSON.stringify({ sky: first.output }), { deltas: 4 })]);
    await using scene = await startScene(script);
    const result = streamText({
      model: scene.ktx("gpt-5.5"),
      tools: { weather },
      stopWhen: isStepCount(4),
      output: Output.object({ schema: z.object({ sky: z.string() }) }),
      prompt,
    });
    expect(await result.output).toEqual({ sky: "Rain in Oslo." });
    expect(await result.steps).toHaveLength(2);
  });

  test("shows the reasoning that the model reports, before its answer", async () => {
    await using scene = await startScene([reply([reasoning("A greeting."), text("Hello.")])]);
    const model = scene.ktx("gpt-5.5");
    const result = streamText({ model, prompt });
    expect(await result.reasoningText).toBe("A greeting.");
    expect(await result.text).toBe("Hello.");
    expect((await result.content).map(({ type }) => type)).toEqual(["reasoning", "text"]);
  });

  test("has the events of Codex as raw parts where they are asked for", async () => {
    await using scene = await startScene([reply([text("Hello.")])]);
    const model = scene.ktx("gpt-5.5");
    const result = streamText({ model, prompt, includeRawChunks: true });
    const raw: unknown[] = [];
    for await (const part of result.fullStream) if (part.type === "raw") raw.push(part.rawValue);
    expect(raw).toContainEqual(expect.objectContaining({ type: "turn.completed" }));
  });

  test("keeps the order of the specification, whatever the model does", async () => {
    const script: SimScript = ({ toolOutputs: { length } }) =>
      length === 0
        ? reply([reasoning("Hm."), text("I look."), toolCall("weather", { city: "Oslo" })])
        : reply([text("One."), text("Two.")]);
    await using scene = await startScene(script);
    const { stream } = await scene.ktx("gpt-5.5").doStream({
      prompt: [{ role: "user", content: [{ type: "text", text: prompt }] }],
      tools: [{ type: "function", name: "weather", inputSchema: { type: "object" } }],
    });
    const parts = await convertReadableStreamToArray(stream);
    expect(parts[0]).toEqual({ type: "stream-start", warnings: [] });
    expect(parts.at(-1)?.type).toBe("finish");
    const open = new Set<string>();
    const ended: string[] = [];
    const misplaced: LanguageModelV4StreamPart[] = [];
    for (const part of parts) {
      const edge = /^(?:text|reasoning|tool-input)-(start|delta|end)$/.exec(part.type)?.[1];
      if (edge === undefined || !("id" in part)) continue;
      if (open.has(part.id) === (edge === "start") || ended.includes(part.id)) misplaced.push(part);
      if (edge === "end") open.delete(part.id);
      else open.add(part.id);
      if (edge === "end") ended.push(part.id);
    }
    expect(misplaced).toEqual([]);
    expect([open.size, ended.length]).toEqual([0, 3]);
  });
});

describe("settings of one call", () => {
  test.each(["steps", "tool calls"])("bound its %s, with the reason `length`", async (bound) => {
    await using scene = await startScene(asking);
    const ktx =
      bound === "steps" ? { stepBudget: 1 } : { toolCallBudget: 1, isolation: "strict" as const };
    const result = await generateText({
      model: scene.ktx("gpt-5.5"),
      tools: { weather },
      stopWhen: isStepCount(4),
      providerOptions: { ktx },
      prompt,
    });
    expect(result.finishReason).toBe("length");
    expect(result.rawFinishReason).toMatch(/^budget: /);
    expect(result.text).toBe("");
  });

  test("choose its transport, over that of the model", async () => {
    await using scene = await startScene(() => reply([text("Hello.")]));
    const model = scene.ktx("gpt-5.5", { transport: "exec" });
    const tools = { weather };
    await expect(generateText({ model, tools, prompt })).rejects.toMatchObject({
      name: "AI_UnsupportedFunctionalityError",
    });
    const providerOptions = { ktx: { transport: "auto" } };
    expect((await generateText({ model, tools, prompt, providerOptions })).text).toBe("Hello.");
  });

  test("choose the user's own Codex, which gets the tools of the client as well", async () => {
    const home = mkdtempSync(join(tmpdir(), "ktx-home-"));
    const env = { PATH: process.env["PATH"], HOME: home };
    const warnings: string[] = [];
    const onWarning = ({ kind }: { readonly kind: string }): void => void warnings.push(kind);
    await using scene = await startScene(asking, { env, onWarning });
    const result = await generateText({
      model: scene.ktx("gpt-5.5"),
      tools: { weather },
      stopWhen: isStepCount(4),
      providerOptions: { ktx: { isolation: "host" } },
      prompt,
    });
    expect(result.text).toBe("Heard: Rain in Oslo.");
    expect(result.steps).toHaveLength(2);
    expect(warnings).toContain("host-isolation");
    await scene.ktx[Symbol.asyncDispose]();
    rmSync(home, { recursive: true, maxRetries: 20 });
  });

  test("and `reasoning` of the AI SDK choose the reasoning effort", async () => {
    await using scene = await startScene(() => reply([text("Hello.")]));
    const model = scene.ktx("gpt-5.5");
    const providerOptions = { ktx: { reasoningEffort: "low" } };
    const results = [
      await generateText({ model, prompt, reasoning: "high" }),
      await generateText({ model, prompt, providerOptions }),
    ];
    const efforts = scene.sim.requests.map(({ body }) => JSON.stringify(body));
    expect(efforts[0]).toContain('"effort":"high"');
    expect(efforts[1]).toContain('"effort":"low"');
    expect(results.flatMap(({ warnings = [] }) => warnings)).toEqual([]);
  });

  test("that ktx does not know are refused before anything starts", async () => {
    await using scene = await startScene([]);
    const model = scene.ktx("gpt-5.5");
    const refused = generateText({ model, prompt, providerOptions: { ktx: { effort: "much" } } });
    await expect(refused).rejects.toThrow("providerOptions.ktx");
    expect(scene.sim.requests).toHaveLength(0);
  });

  test("end a turn that stays silent for too long", async () => {
    await using scene = await startScene(() => reply([partialText("H")], { finish: "stall" }));
    const model = scene.ktx("gpt-5.5", { idleTimeoutMs: 300 });
    const failing = generateText({ model, prompt, maxRetries: 0 });
    await expect(failing).rejects.toMatchObject({ data: { kind: "timeout" } });
  });
});

describe("a request for JSON without a schema", () => {
  test("gives the JSON of the answer alone", async () => {
    await using scene = await startScene([reply([text('Here:\n```json\n{"n": 3}\n```')])]);
    const model = scene.ktx("gpt-5.5");
    const result = await generateText({ model, output: Output.json(), prompt });
    expect(result.output).toEqual({ n: 3 });
    expect(result.warnings).toEqual([]);
  });
});

describe("the messages of a conversation", () => {
  test("with nothing that Codex can take are refused with the reason", async () => {
    await using scene = await startScene([]);
    const data = new Uint8Array([37, 80, 68, 70]);
    const content = [{ type: "file", mediaType: "application/pdf", data } as const];
    const messages = [{ role: "user", content } as const];
    const refused = generateText({ model: scene.ktx("gpt-5.5"), messages });
    await expect(refused).rejects.toThrow("file of type application/pdf");
  });

  /** A small PNG: one red dot. */
  const png =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==";

  test("are the history of a new thread, with their images and tool results", async () => {
    await using scene = await startScene([reply([text("As before.")])]);
    const toolCallId = "1";
    const output = { type: "text", value: "Rain in Oslo." } as const;
    const result = await generateText({
      model: scene.ktx("gpt-5.5"),
      system: "Be brief.",
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "Which place is this?" },
            { type: "file", mediaType: "image/png", data: { type: "data", data: png } },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "tool-call", toolCallId, toolName: "weather", input: { city: "Oslo" } },
          ],
        },
        {
          role: "tool",
          content: [{ type: "tool-result", toolCallId, toolName: "weather", output }],
        },
        { role: "assistant", content: "Oslo." },
        { role: "user", content: "And now?" },
      ],
    });
    const [request] = scene.sim.requests;
    expect(result.text).toBe("As before.");
    expect(result.warnings).toEqual([]);
    expect(request?.images).toHaveLength(1);
    const body = JSON.stringify(request?.body);
    expect(body).toMatch(/Be brief.*Which place is this.*Rain in Oslo.*Oslo\..*And now/s);
  });
});
