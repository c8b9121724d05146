import { reply, startCodexSim, text } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { z } from "zod";
import { openOwnThread, takeEvents } from "../own-threads.ts";
import { onEachTransport, onEachTransportAndAuto } from "./scene.ts";

const wellFormed = `😀 ${String.raw`\ud83d "\\"`} \u2028`;

/** Texts that hold half of a surrogate pair, with what is to leave us. */
const halves: readonly (readonly [what: string, given: string, sent: string])[] = [
  ["cut in the middle of an emoji", "Report 😀".slice(0, 8), "Report \uFFFD"],
  ["that begins with the rest of one", `${"😀".slice(1)} report`, "\uFFFD report"],
  ["with the halves in the wrong order", "a\uDE00\uD83Db", "a\uFFFD\uFFFDb"],
  ["with a half before a whole one", "\uD83D😀", "\uFFFD😀"],
  ["that is well-formed", wellFormed, wellFormed],
];

onEachTransportAndAuto("a text", ({ startScene }) => {
  test.each(halves)("%s is read as prompt and system text", async (_, given, sent) => {
    await using scene = await startScene([reply([text("Here.")])]);
    const ask = { role: "default", prompt: `Read: ${given}.`, system: `Be: ${given}.` };
    expect(await scene.runtime.generateText(ask)).toBe("Here.");
    expect(scene.sim.requests[0]?.userText).toBe(`Read: ${sent}.`);
    expect(scene.sim.requests[0]?.instructions).toContain(`Be: ${sent}.`);
  });

  test.each(halves)("%s is read as base instructions", async (_, given, sent) => {
    const baseInstructions = `Mind: ${given}.`;
    await using scene = await startScene([reply([text("Here.")])], { baseInstructions });
    expect(await scene.runtime.generateText({ role: "default", prompt: "Go." })).toBe("Here.");
    expect(scene.sim.requests[0]?.instructions).toContain(`Mind: ${sent}.`);
  });

  test.each(halves)("%s is read in a schema and as its prompt", async (_, given, sent) => {
    await using scene = await startScene([reply([text('{"n":1}')])]);
    const n = z.number().describe(`Say: ${given}.`);
    const schema = z.object({ n }).describe(`Give: ${given}.`);
    const ask = { role: "default", prompt: `Read: ${given}.`, schema };
    expect(await scene.runtime.generateObject(ask)).toEqual({ n: 1 });
    const [request] = scene.sim.requests;
    expect(request?.userText).toBe(`Read: ${sent}.`);
    const said = JSON.stringify(request?.outputSchema);
    for (const part of [`Say: ${sent}.`, `Give: ${sent}.`])
      expect(said).toContain(JSON.stringify(part).slice(1, -1));
  });
});

onEachTransport("configuration", ({ transport }) => {
  test.each(halves)("with a text %s is read", async (_, given, sent) => {
    await using sim = await startCodexSim({ script: [reply([text("Here.")])] });
    await using thread = openOwnThread(transport, {
      endpoint: { baseUrl: sim.baseUrl },
      settings: { developer_instructions: `Mind: ${given}.` },
    });
    expect((await takeEvents(thread)).at(-1)).toMatchObject({ type: "turn.completed" });
    expect(sim.requests[0]?.instructions).toContain(`Mind: ${sent}.`);
  });
});
