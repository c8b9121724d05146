import { reply, text } from "@ktx/codex-sim";
import { generateText, Output, streamText } from "ai";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { startScene } from "./start-scene.ts";

const prompt = "Tell me a story.";

describe.each([
  ["max_output_tokens", "length"],
  ["content_filter", "content-filter"],
] as const)("an answer that the service cuts for %s", (reason, finishReason) => {
  const cut = (written: string) => () => reply([text(written)], { finish: { incomplete: reason } });

  test(`ends with the reason ${finishReason} and the text so far`, async () => {
    await using scene = await startScene(cut("The first half"));
    const result = await generateText({ model: scene.ktx("gpt-5.5"), prompt });
    expect(result).toMatchObject({ text: "The first half", finishReason, rawFinishReason: reason });
    expect(scene.sim.requests).toHaveLength(1);
  });

  test("is streamed, without an error", async () => {
    await using scene = await startScene(cut("The first half"));
    const result = streamText({ model: scene.ktx("gpt-5.5"), prompt });
    const types: string[] = [];
    for await (const { type } of result.fullStream) types.push(type);
    expect(types).not.toContain("error");
    expect(await result.text).toBe("The first half");
    expect(await result.finishReason).toBe(finishReason);
  });

  test("gives what it has of an object, whole or streamed", async () => {
    await using scene = await startScene(cut('{"name":"The first ha'));
    const model = scene.ktx("gpt-5.5");
    const output = Output.object({ schema: z.object({ name: z.string() }) });
    // The AI SDK's own error for a text that is no object.
    await expect(generateText({ model, output, prompt })).rejects.toMatchObject({
      name: "AI_NoObjectGeneratedError",
      text: '{"name":"The first ha',
      finishReason,
    });
    const streamed = streamText({ model, output, prompt });
    const values: unknown[] = [];
    for await (const value of streamed.partialOutputStream) values.push(value);
    expect(values.at(-1)).toEqual({ name: "The first ha" });
    expect(await streamed.finishReason).toBe(finishReason);
  });
});
