import { UnsupportedFunctionalityError } from "@ai-sdk/provider";
import { neverAnswer, reply, startCodexSim, text, toolCall } from "@ktx/codex-sim";
import { generateText, isStepCount, streamText } from "ai";
import { describe, expect, test } from "vitest";
import { codexProcessesOf } from "../../codex-runtime/test/e2e/codex-processes.ts";
import { createKtx } from "../src/index.ts";
import { startScene, weather } from "./start-scene.ts";

const prompt = "Hi.";

function isRefused(error: unknown): boolean {
  return UnsupportedFunctionalityError.isInstance(error) && error.message.includes("disposed");
}

describe("a provider that was disposed", () => {
  test("refuses each call of each model, and starts nothing", async () => {
    await using sim = await startCodexSim({ script: () => reply([text("Hello.")]) });
    const env = { ...process.env, TMP: sim.baseUrl };
    const ktx = createKtx({ endpoint: { baseUrl: sim.baseUrl }, env });
    await generateText({ model: ktx("gpt-5.5"), prompt });
    await ktx[Symbol.asyncDispose]();
    for (const model of [ktx("gpt-5.5"), ktx("gpt-5.4"), ktx("gpt-5.5", { transport: "exec" })])
      await expect(generateText({ model, prompt })).rejects.toSatisfy(isRefused);
    expect(sim.requests).toHaveLength(1);
    expect(codexProcessesOf(sim.baseUrl)).toEqual([]);
  });

  test("ends the runs that it has with the same error", async () => {
    await using scene = await startScene(() => neverAnswer());
    const model = scene.ktx("gpt-5.5");
    const tools = { weather };
    const whole = generateText({ model, prompt }).catch((error: unknown) => error);
    const withTools = generateText({ model, tools, prompt }).catch((error: unknown) => error);
    const errors: unknown[] = [];
    const streamed = streamText({ model, prompt, onError: ({ error }) => void errors.push(error) });
    const read = streamed.consumeStream();
    await expect.poll(() => scene.sim.requests.length).toBe(3);
    await scene.ktx[Symbol.asyncDispose]();
    await read;
    expect([await whole, await withTools, ...errors].map(isRefused)).toEqual([true, true, true]);
  });

  test("while a tool runs refuses the next step", async () => {
    await using scene = await startScene(() => reply([toolCall("weather", { city: "Oslo" })]));
    const execute = async () => {
      await scene.ktx[Symbol.asyncDispose]();
      return "Rain.";
    };
    const running = generateText({
      model: scene.ktx("gpt-5.5"),
      tools: { weather: { ...weather, execute } },
      stopWhen: isStepCount(3),
      prompt,
    });
    await expect(running).rejects.toSatisfy(isRefused);
    expect(scene.sim.requests).toHaveLength(1);
  });
});
