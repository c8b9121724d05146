import { partialText, reply, text } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { z } from "zod";
import type { ObjectStream } from "../../src/index.ts";
import { onEachTransport, stageOn } from "./scene.ts";

const ask = { role: "default", prompt: "Which page?" } as const;
const page = z.object({
  title: z.string(),
  links: z.array(z.string()),
  scores: z.record(z.string(), z.number()),
});
const refunds = { title: "Refunds", links: ["orders", "money"], scores: { age: 3 } };
const written = '{"title":"Refunds","links":["orders","money"],"scores":[{"key":"age","value":3}]}';

async function partsOf<Partial>(stream: ObjectStream<unknown, Partial>) {
  const parts: (Partial | undefined)[] = [];
  for await (const part of stream.partialObjectStream) parts.push(part);
  return parts;
}

onEachTransport("a value that is streamed", ({ transport, startScene }) => {
  test("is there in parts where the transport reports pieces, and as a whole", async () => {
    await using scene = await startScene([reply([text(written, { deltas: 20 })])]);
    const stream = scene.runtime.streamObject({ ...ask, schema: page });
    const parts = await partsOf(stream);
    expect(parts.length > 3).toBe(transport === "app-server");
    expect(parts.at(-1)).toEqual(refunds);
    for (const part of parts) expect(refunds.title.startsWith(part?.title ?? "")).toBe(true);
    expect(await stream.object).toEqual(refunds);
    expect(await stream.usage).toMatchObject({ inputTokens: 10, outputTokens: 5 });
    expect(await stream.end).toEqual({ type: "done" });
  });

  test("is withdrawn at a repair", async () => {
    const schema = z.object({ n: z.number().refine((n) => n > 2) });
    await using scene = await startScene([
      reply([text('{"n":1}', { deltas: 4 })]),
      reply([text('{"n":3}', { deltas: 4 })]),
    ]);
    const stream = scene.runtime.streamObject({ ...ask, schema });
    const parts = await partsOf(stream);
    const withdrawn = parts.indexOf(undefined);
    expect(parts[withdrawn - 1]).toEqual({ n: 1 });
    expect(parts.at(-1)).toEqual({ n: 3 });
    expect(await stream.object).toEqual({ n: 3 });
    expect(scene.sim.requests).toHaveLength(2);
  });

  test("begins again after a stream that was cut", async () => {
    await using scene = await startScene([
      reply([partialText('{"title":"Ord')], { finish: "cut" }),
      reply([text(written, { deltas: 20 })]),
    ]);
    const stream = scene.runtime.streamObject({ ...ask, schema: page });
    expect((await partsOf(stream)).at(-1)).toEqual(refunds);
    expect(await stream.object).toEqual(refunds);
  });

  test("ends with its disposal, and leaves no process", async () => {
    await using scene = await startScene([
      reply([partialText('{"title":"Ref')], { finish: "stall" }),
    ]);
    {
      await using stream = scene.runtime.streamObject({ ...ask, schema: page });
      for await (const event of stream.events) if (event.type === "event") break;
    }
    expect(await scene.remainingCodexProcesses()).toEqual([]);
  });
});

test("a thread that is held streams values, over the app-server", async () => {
  await using scene = await stageOn("app-server").startScene([
    reply([text("Hello.")]),
    reply([text(written, { deltas: 20 })]),
  ]);
  await using thread = scene.runtime.openThread({ role: "default" });
  expect(await thread.generateText({ prompt: "Hello?" })).toBe("Hello.");
  const stream = thread.streamObject({ prompt: "Which page?", schema: page });
  const parts = await partsOf(stream);
  expect(parts.length).toBeGreaterThan(3);
  expect(parts.at(-1)).toEqual(refunds);
  expect(await stream.object).toEqual(refunds);
});
