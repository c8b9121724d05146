import type { LanguageModelV4Prompt } from "@ai-sdk/provider";
import { reply, type SimScript, startCodexSim, text, toolCall } from "@ktx/codex-sim";
import { generateText, isStepCount, type ModelMessage, streamText, tool } from "ai";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { codexProcessesOf } from "../../codex-runtime/test/e2e/codex-processes.ts";
import { createKtx } from "../src/index.ts";
import { asking, cityInput, startScene, unanswered, weather } from "./start-scene.ts";

/** A small PNG: one red dot. */
const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==";

const prompt = "Weather?";
const stopWhen = isStepCount(6);
const user = { role: "user", content: prompt } as const;

/** A new thread would carry the calls of the history under ids of its own. */
const madeBefore = "call_before_";

/** The result of a call as somebody else answers it. */
function answerOf(toolCallId: string, value: string): ModelMessage {
  const output = { type: "text", value } as const;
  return {
    role: "tool",
    content: [{ type: "tool-result", toolCallId, toolName: "weather", output }],
  };
}

describe("a call of a client's tool", () => {
  test("is answered in a later request, and the thread goes on", async () => {
    await using scene = await startScene(asking);
    const model = scene.ktx("gpt-5.5");
    const tools = { weather: unanswered };
    const first = await generateText({ model, tools, prompt });
    const [call] = first.toolCalls;
    const messages = [user, ...first.response.messages, answerOf(call?.toolCallId ?? "", "Sun.")];
    const next = await generateText({ model, tools, messages });
    expect([next.text, next.warnings]).toEqual(["Heard: Sun.", []]);
    expect(JSON.stringify(scene.sim.requests[1]?.body)).not.toContain(madeBefore);
    expect(scene.sim.requests).toHaveLength(2);
  });

  test.each(["exec_command", "shell_command", "apply_patch", "update_plan", "view-image"])(
    "is made by the tool's own name, also where Codex has a tool `%s` of its own",
    async (name) => {
      const script: SimScript = ({ toolOutputs: [first], tools }) =>
        first === undefined
          ? reply([toolCall(tools[0] ?? "none", { city: "Oslo" })])
          : reply([text(`Heard: ${first.output}`)]);
      await using scene = await startScene(script);
      const model = scene.ktx("gpt-5.5");
      const result = await generateText({ model, tools: { [name]: weather }, stopWhen, prompt });
      expect(result.text).toBe("Heard: Rain in Oslo.");
      expect(result.steps[0]?.toolCalls).toMatchObject([{ toolName: name }]);
    },
  );

  test("that is never answered ends with its time, and its answer then begins a new thread", async () => {
    await using scene = await startScene(asking, { toolWaitMs: 50 });
    const model = scene.ktx("gpt-5.5");
    const tools = { weather: unanswered };
    const first = await generateText({ model, tools, prompt });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const answer = answerOf(first.toolCalls[0]?.toolCallId ?? "", "Late sun.");
    const messages = [user, ...first.response.messages, answer];
    const next = await generateText({ model, tools, messages });
    expect(next.text).toBe("Heard: Late sun.");
    const message = expect.stringContaining("50 ms (`toolWaitMs`");
    expect(next.warnings).toMatchObject([{ type: "other", message }]);
    expect(JSON.stringify(scene.sim.requests.at(-1)?.body)).toContain(madeBefore);
  });

  test("of one thread too many ends the oldest one, and no other", async () => {
    await using scene = await startScene(asking, { maxWaitingThreads: 2 });
    const model = scene.ktx("gpt-5.5");
    const tools = { weather: unanswered };
    const asked = [];
    for (const name of ["one", "two", "three"])
      asked.push({ name, first: await generateText({ model, tools, prompt: name }) });
    const warned: string[] = [];
    for (const { name, first } of asked.toReversed()) {
      const answer = answerOf(first.toolCalls[0]?.toolCallId ?? "", "Sun.");
      const messages = [{ role: "user", content: name } as const, ...first.response.messages];
      const next = await generateText({ model, tools, messages: [...messages, answer] });
      expect(next.text).toBe("Heard: Sun.");
      const [warning] = next.warnings ?? [];
      if (warning?.type === "other") warned.push(`${name}: ${warning.message}`);
    }
    expect(warned).toEqual([expect.stringMatching(/^one: More than 2 .*`maxWaitingThreads`/)]);
  });

  test.each<readonly [string, (messages: readonly ModelMessage[]) => readonly ModelMessage[]]>([
    ["whose question was edited", (all) => [{ role: "user", content: "Sun?" }, ...all.slice(1)]],
    ["whose answer was edited", (all) => all.map(withOtherText)],
    ["whose input was edited", (all) => all.map(withOtherCall({ input: { city: "Rome" } }))],
    ["whose tool was edited", (all) => all.map(withOtherCall({ toolName: "tide" }))],
    ["with a message in between", (all) => [...all.slice(0, 1), user, ...all.slice(1)]],
  ])("%s begins a new thread, with one warning in all", async (_, edit) => {
    const script: SimScript = ({ toolOutputs }) =>
      toolOutputs.length < 2
        ? reply([text("I look."), toolCall("weather", { city: "Oslo" })])
        : reply([text(toolOutputs.map(({ output }) => output).join(" "))]);
    await using scene = await startScene(script);
    const model = scene.ktx("gpt-5.5");
    const tools = { weather: unanswered };
    const first = await generateText({ model, tools, prompt });
    const answer = answerOf(first.toolCalls[0]?.toolCallId ?? "", "Sun.");
    const messages = [...edit([user, ...first.response.messages]), answer];
    const next = await generateText({ model, tools: { weather }, stopWhen, messages });
    expect(next.text).toBe("Sun. Rain in Oslo.");
    expect(next.steps.map(({ warnings = [] }) => warnings.length)).toEqual([1, 0]);
  });

  test("goes on in its thread where the schema fills in and converts its input", async () => {
    const script: SimScript = ({ toolOutputs: [first] }) =>
      first === undefined
        ? reply([toolCall("weather", { city: " Oslo ", day: "2026-01-01", more: 1 })])
        : reply([text(`Heard: ${first.output}`)]);
    await using scene = await startScene(script);
    const inputSchema = z.object({
      city: z.string().trim(),
      day: z.iso.date().transform((day) => new Date(day)),
      unit: z.enum(["C", "F"]).default("C"),
    });
    const execute = ({ city, unit }: z.infer<typeof inputSchema>) => `10 ${unit} in ${city}.`;
    const model = scene.ktx("gpt-5.5");
    const tools = { weather: tool({ inputSchema, execute }) };
    const result = await generateText({ model, tools, stopWhen, prompt });
    expect(result.text).toBe("Heard: 10 C in Oslo.");
    expect(result.steps.flatMap(({ warnings = [] }) => warnings)).toEqual([]);
    expect(JSON.stringify(scene.sim.requests[1]?.body)).not.toContain(madeBefore);
  });

  test("goes on after bytes of an image, which are not written as JSON to compare them", async () => {
    await using scene = await startScene(asking);
    const model = scene.ktx("gpt-5.5");
    const data = Object.assign(Uint8Array.from(Buffer.from(png, "base64")), {
      toJSON: () => {
        throw new Error("The bytes were written as JSON.");
      },
    });
    const image = { type: "file", mediaType: "image/png", data: { type: "data", data } } as const;
    const question = { role: "user", content: [{ type: "text", text: prompt }, image] } as const;
    const inputSchema = { type: "object", properties: { city: { type: "string" } } } as const;
    const tools = [{ type: "function", name: "weather", inputSchema } as const];
    const first = await model.doGenerate({
      prompt: [{ ...question, content: [...question.content] }],
      tools,
    });
    const call = first.content.find((part) => part.type === "tool-call");
    if (call === undefined) throw new Error("Expected a call of the model, and it made none.");
    const { toolCallId, toolName } = call;
    const output = { type: "text", value: "Sun." } as const;
    const messages: LanguageModelV4Prompt = [
      { ...question, content: [...question.content] },
      { role: "assistant", content: [{ ...call, input: JSON.parse(call.input) }] },
      { role: "tool", content: [{ type: "tool-result", toolCallId, toolName, output }] },
    ];
    const next = await model.doGenerate({ prompt: messages, tools });
    expect([next.content, next.warnings]).toEqual([[{ type: "text", text: "Heard: Sun." }], []]);
  });

  test("whose result is longer than what the model sees carries a warning, and so does its history", async () => {
    const sizes = [40_000, 60_000];
    const script: SimScript = ({ toolOutputs: { length } }) =>
      length < sizes.length
        ? reply([toolCall("weather", { city: "Oslo" })])
        : reply([text("Done.")]);
    await using scene = await startScene(script);
    const model = scene.ktx("gpt-5.5");
    let calls = 0;
    const long = tool({ ...weather, execute: () => "x".repeat(sizes[calls++] ?? 0) });
    const result = await generateText({ model, tools: { weather: long }, stopWhen, prompt });
    const messages = (warnings: typeof result.warnings = []) =>
      warnings.flatMap((each) => (each.type === "other" ? [each.message] : []));
    const cut = expect.stringMatching(/weather has 60,000 bytes.*the first 40,000/);
    expect(result.steps.map(({ warnings }) => messages(warnings))).toEqual([[], [], [cut]]);
    const history = [user, ...result.responseMessages, { ...user, content: "And now?" }];
    const next = await generateText({ model, tools: { weather: long }, messages: history });
    const without = expect.stringMatching(/weather has 60,000 bytes.*without the middle/);
    expect(messages(next.warnings)).toEqual([without]);
    const outputs = scene.sim.requests.at(-1)?.toolOutputs.map(({ output }) => output.length);
    expect(outputs).toEqual([40_000, expect.closeTo(48_000, -3)]);
  });

  test.each(["mcp", "mcp__wiki__search", "mcp--search"])(
    "cannot have the name `%s`, which Codex keeps for MCP servers",
    async (name) => {
      await using scene = await startScene(asking);
      const running = generateText({
        model: scene.ktx("gpt-5.5"),
        tools: { [name]: weather },
        prompt,
      });
      const message = expect.stringContaining(`got "${name}". Rename it.`);
      await expect(running).rejects.toMatchObject({ name: "AI_InvalidArgumentError", message });
      expect(scene.sim.requests).toEqual([]);
    },
  );

  test("that was replayed begins a new thread each time, and the first answer goes on", async () => {
    await using scene = await startScene(asking);
    const model = scene.ktx("gpt-5.5");
    const tools = { weather: unanswered };
    const first = await generateText({ model, tools, prompt });
    const answer = answerOf(first.toolCalls[0]?.toolCallId ?? "", "Sun.");
    const messages = [user, ...first.response.messages, answer];
    const ask = () => generateText({ model, tools, messages });
    const results = [await ask(), await ask()];
    expect(results.map((each) => each.text)).toEqual(["Heard: Sun.", "Heard: Sun."]);
    expect(results.map(({ warnings = [] }) => warnings.length)).toEqual([0, 1]);
  });

  test("whose Codex has died meanwhile is answered in a new thread", async () => {
    const sim = await startCodexSim({ script: asking });
    const env = { ...process.env, TMP: sim.baseUrl };
    await using ktx = createKtx({ endpoint: { baseUrl: sim.baseUrl }, env });
    const model = ktx("gpt-5.5");
    const tools = { weather: unanswered };
    const first = await generateText({ model, tools, prompt });
    for (const { pid } of codexProcessesOf(sim.baseUrl)) process.kill(pid, "SIGKILL");
    await expect.poll(() => codexProcessesOf(sim.baseUrl)).toEqual([]);
    const answer = answerOf(first.toolCalls[0]?.toolCallId ?? "", "Sun.");
    const messages = [user, ...first.response.messages, answer];
    const next = await generateText({ model, tools, messages });
    expect(next.text).toBe("Heard: Sun.");
    await sim.close();
  });

  test("that another question follows is part of the history of a new thread", async () => {
    await using scene = await startScene(asking);
    const model = scene.ktx("gpt-5.5");
    const tools = { weather: unanswered };
    const first = await generateText({ model, tools, prompt });
    const answer = answerOf(first.toolCalls[0]?.toolCallId ?? "", "Sun.");
    const more = { role: "user", content: "And Rome?" } as const;
    const messages = [user, ...first.response.messages, answer, more];
    const next = await generateText({ model, tools, messages });
    expect([next.text, next.warnings]).toEqual(["Heard: Sun.", []]);
  });

  test("waits for an approval, and runs once it is there", async () => {
    await using scene = await startScene(asking);
    const model = scene.ktx("gpt-5.5");
    const tools = { weather: tool({ ...weather, needsApproval: true }) };
    const first = await generateText({ model, tools, stopWhen, prompt });
    const requests = first.content.filter((part) => part.type === "tool-approval-request");
    expect(requests).toHaveLength(1);
    const content = requests.map(({ approvalId }) => ({
      type: "tool-approval-response" as const,
      approvalId,
      approved: true,
    }));
    const messages = [user, ...first.response.messages, { role: "tool", content } as const];
    const next = await generateText({ model, tools, stopWhen, messages });
    expect(next.text).toBe("Heard: Rain in Oslo.");
    expect(next.warnings).toEqual([]);
    expect(JSON.stringify(scene.sim.requests.at(-1)?.body)).not.toContain(madeBefore);
  });

  test("that was denied tells the model why, in the same thread", async () => {
    await using scene = await startScene(asking);
    const model = scene.ktx("gpt-5.5");
    const tools = { weather: tool({ ...weather, needsApproval: true }) };
    const first = await generateText({ model, tools, stopWhen, prompt });
    const content = first.content.flatMap((part) =>
      part.type === "tool-approval-request"
        ? [
            {
              type: "tool-approval-response" as const,
              approvalId: part.approvalId,
              approved: false,
              reason: "Not now.",
            },
          ]
        : [],
    );
    const messages = [user, ...first.response.messages, { role: "tool", content } as const];
    const next = await generateText({ model, tools, stopWhen, messages });
    expect(next.text).toContain("Not now.");
    expect(next.warnings).toEqual([]);
  });

  test("with arguments that its schema refuses gives the model the reason", async () => {
    const script: SimScript = ({ toolOutputs: [first] }) =>
      first === undefined
        ? reply([toolCall("weather", { town: "Oslo" })])
        : reply([text(`Heard: ${first.output}`)]);
    await using scene = await startScene(script);
    const model = scene.ktx("gpt-5.5");
    const result = await generateText({ model, tools: { weather }, stopWhen, prompt });
    expect(result.text).toMatch(/^Heard: .*[Ii]nvalid input/s);
    expect(result.steps).toHaveLength(2);
  });

  test("may answer with an image, which the model sees", async () => {
    await using scene = await startScene(asking);
    const draw = tool({
      description: "Draws the weather of a city.",
      inputSchema: cityInput,
      execute: () => png,
      toModelOutput: ({ output }) => ({
        type: "content",
        value: [
          { type: "text", text: "Drawn." },
          { type: "file", mediaType: "image/png", data: { type: "data", data: output } },
        ],
      }),
    });
    const model = scene.ktx("gpt-5.5");
    await generateText({ model, tools: { weather: draw }, stopWhen, prompt });
    expect(JSON.stringify(scene.sim.requests[1]?.body)).toContain(png);
  });

  test("whose caller aborts while the tool runs ends its thread", async () => {
    await using scene = await startScene(asking);
    const model = scene.ktx("gpt-5.5");
    const caller = new AbortController();
    const execute = (): string => {
      caller.abort(new Error("Enough."));
      return "Rain.";
    };
    const tools = { weather: tool({ inputSchema: cityInput, execute }) };
    const { signal: abortSignal } = caller;
    const running = generateText({ model, tools, stopWhen, prompt, abortSignal });
    await expect(running).rejects.toThrow("Enough.");
    expect(scene.sim.requests).toHaveLength(1);
  });

  test("whose caller aborts between the steps cannot be answered in its thread", async () => {
    await using scene = await startScene(asking);
    const model = scene.ktx("gpt-5.5");
    const tools = { weather: unanswered };
    const caller = new AbortController();
    const { signal: abortSignal } = caller;
    const first = await generateText({ model, tools, prompt, abortSignal });
    caller.abort();
    const answer = answerOf(first.toolCalls[0]?.toolCallId ?? "", "Sun.");
    const messages = [user, ...first.response.messages, answer];
    const next = await generateText({ model, tools, messages });
    expect(next.warnings).toMatchObject([{ type: "other" }]);
  });

  test("gives each step the tokens of its own request", async () => {
    const script: SimScript = ({ toolOutputs: { length } }) =>
      length < 2
        ? reply([toolCall("weather", { city: String(length) })], usage(10))
        : reply([text("Done.")], usage(30));
    await using scene = await startScene(script);
    const seen: (number | undefined)[] = [];
    const result = await generateText({
      model: scene.ktx("gpt-5.5"),
      tools: { weather },
      stopWhen,
      prompt,
      onStepFinish: ({ usage: { inputTokens } }) => void seen.push(inputTokens),
    });
    expect(seen).toEqual([10, 10, 30]);
    expect(result.totalUsage.inputTokens).toBe(50);
  });

  test("is streamed with its input, and each step has its end", async () => {
    await using scene = await startScene(asking);
    const model = scene.ktx("gpt-5.5");
    const result = streamText({ model, tools: { weather }, stopWhen, prompt });
    const types: string[] = [];
    for await (const { type } of result.fullStream) if (type !== "raw") types.push(type);
    expect(types).toEqual([
      "start",
      "start-step",
      "tool-input-start",
      "tool-input-delta",
      "tool-input-end",
      "tool-call",
      "tool-result",
      "finish-step",
      "start-step",
      "text-start",
      "text-delta",
      "text-end",
      "finish-step",
      "finish",
    ]);
  });
});

function withOtherText(message: ModelMessage): ModelMessage {
  if (message.role !== "assistant" || typeof message.content === "string") return message;
  const content = message.content.map((part) =>
    part.type === "text" ? { ...part, text: "I know it." } : part,
  );
  return { ...message, content };
}

function withOtherCall(edit: { readonly input?: object; readonly toolName?: string }) {
  return (message: ModelMessage): ModelMessage => {
    if (message.role !== "assistant" || typeof message.content === "string") return message;
    const content = message.content.map((part) =>
      part.type === "tool-call" ? { ...part, ...edit } : part,
    );
    return { ...message, content };
  };
}

function usage(input: number) {
  return { usage: { inputTokens: input } };
}
