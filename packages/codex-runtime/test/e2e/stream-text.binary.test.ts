import { partialText, reply, text, toolCall } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { z } from "zod";
import type { TextPart, TextStreamEvent } from "../../src/index.ts";
import { namespace, onEachTransport } from "./scene.ts";
import { tools } from "./tools.ts";

function join(parts: readonly (TextPart | TextStreamEvent)[]): string {
  return parts.reduce(
    (before, part) =>
      part.type === "reset" ? "" : part.type === "text-delta" ? before + part.delta : before,
    "",
  );
}

const ask = { role: "default", prompt: "Well?" } as const;

onEachTransport("a text that is streamed", ({ transport, startScene }) => {
  test("is the answer, piece by piece where the transport reports pieces", async () => {
    const answer = "One, two, three, four.";
    await using scene = await startScene([reply([text(answer, { deltas: 4 })])]);
    const stream = scene.runtime.streamText(ask);
    const pieces: string[] = [];
    for await (const piece of stream.textStream) pieces.push(piece);
    expect(pieces.join("")).toBe(answer);
    expect(pieces.length > 1).toBe(transport === "app-server");
    expect(await stream.text).toBe(answer);
    expect(await stream.usage).toMatchObject({ inputTokens: 10, outputTokens: 5 });
    expect(await stream.end).toEqual({ type: "done" });
  });

  test("takes back what a cut stream had begun", async () => {
    await using scene = await startScene([
      reply([partialText("I was ")], { finish: "cut" }),
      reply([text("Here.", { deltas: 2 })]),
    ]);
    const stream = scene.runtime.streamText(ask);
    expect(await stream.text).toBe("Here.");
    const events: TextStreamEvent[] = [];
    for await (const event of stream.events) events.push(event);
    expect(join(events)).toBe("Here.");
    const resets = events.filter(({ type }) => type === "reset");
    expect(resets).toEqual(
      transport === "app-server" ? [{ type: "reset", reason: "abandoned" }] : [],
    );
  });

  test("holds the last message alone, after those beside tool calls", async () => {
    const add = toolCall("add", { a: 1, b: 2 }, { namespace });
    await using scene = await startScene([
      reply([text("Let me add."), add]),
      reply([text("It is 3.")]),
    ]);
    const parts: TextPart[] = [];
    const result = await scene.runtime.runAgentLoop({
      modelRole: "default",
      systemPrompt: "",
      userPrompt: "Add.",
      toolSet: tools,
      stepBudget: 5,
      onTextDelta: (part) => parts.push(part),
    });
    expect(result.text).toBe("It is 3.");
    expect(join(parts)).toBe("It is 3.");
    expect(parts).toContainEqual({ type: "reset", reason: "next-message" });
  });

  test("of an object is the JSON of the answer that counts", async () => {
    await using scene = await startScene([reply([text("Nonsense.")]), reply([text('{"n":3}')])]);
    const parts: TextPart[] = [];
    const schema = z.object({ n: z.number() });
    const value = scene.runtime.generateObject({
      ...ask,
      schema,
      onTextDelta: (part) => parts.push(part),
    });
    expect(await value).toEqual({ n: 3 });
    expect(join(parts)).toBe('{"n":3}');
  });

  test("ends with its disposal, and leaves no process", async () => {
    await using scene = await startScene([reply([partialText("I was ")], { finish: "stall" })]);
    {
      await using stream = scene.runtime.streamText(ask);
      for await (const event of stream.events) if (event.type === "event") break;
    }
    expect(await scene.remainingCodexProcesses()).toEqual([]);
  });
});
