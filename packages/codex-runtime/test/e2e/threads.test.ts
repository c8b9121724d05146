import { partialText, reply, type SimScript, startCodexSim, text } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { openOwnThread, takeEvents, takeSignals } from "../own-threads.ts";
import { codexProcesses, remainingCodexProcesses } from "./scene.ts";

async function openThread(script: SimScript) {
  const sim = await startCodexSim({ script });
  const thread = openOwnThread("app-server", { endpoint: { baseUrl: sim.baseUrl } });
  return {
    sim,
    thread,
    [Symbol.asyncDispose]: async () => {
      await thread[Symbol.asyncDispose]();
      await sim.close();
    },
  };
}

const answers: SimScript = ({ index }) => reply([text(`answer ${index}`, { deltas: 3 })]);

describe("a thread", () => {
  test("takes turn after turn in one process, and each knows those before it", async () => {
    await using open = await openThread(answers);
    const first = await takeEvents(open.thread, { prompt: "One." });
    const [before] = codexProcesses();
    const second = await takeEvents(open.thread, { prompt: "Two." });
    expect(codexProcesses()).toEqual([before]);
    expect(second[0]).toEqual(first[0]);
    expect(open.sim.requests.map(({ userText }) => userText)).toEqual(["One.", "One.\nTwo."]);
    expect(JSON.stringify(open.sim.requests[1]?.body)).toContain("answer 0");
  });

  test("reports the tokens of each turn for itself, while it runs and at its end", async () => {
    await using open = await openThread(answers);
    const reported: unknown[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const signals = await takeSignals(open.thread);
      reported.push(...signals.filter(({ type }) => type === "usage"));
      expect(signals.at(-1)).toMatchObject({
        event: {
          type: "turn.completed",
          usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
        },
      });
    }
    expect(reported).toMatchObject([15, 15, 15].map((totalTokens) => ({ usage: { totalTokens } })));
  });

  test("reports the text of an answer piece by piece", async () => {
    await using open = await openThread(answers);
    const signals = await takeSignals(open.thread);
    const deltas = signals.flatMap((signal) => (signal.type === "text-delta" ? [signal] : []));
    expect(deltas.length).toBeGreaterThan(1);
    expect(deltas.map(({ delta }) => delta).join("")).toBe("answer 0");
    expect(new Set(deltas.map(({ itemId }) => itemId)).size).toBe(1);
  });

  test("starts nothing before its first turn, and leaves nothing when it is disposed, however often", async () => {
    const open = await openThread(answers);
    open.thread.run({ prompt: "Never asked for.", signal: new AbortController().signal });
    expect(codexProcesses()).toEqual([]);
    await takeEvents(open.thread);
    await open[Symbol.asyncDispose]();
    expect(codexProcesses()).toEqual([]);
    await open.thread[Symbol.asyncDispose]();
    expect(open.sim.requests).toHaveLength(1);
  });

  test("goes on after a turn that failed", async () => {
    await using open = await openThread([
      reply([], { finish: { failed: { code: "invalid_prompt", message: "Not that." } } }),
      reply([text("Here.")]),
    ]);
    expect((await takeEvents(open.thread)).at(-1)).toMatchObject({ type: "turn.failed" });
    expect(await takeEvents(open.thread)).toContainEqual(
      expect.objectContaining({ item: expect.objectContaining({ text: "Here." }) }),
    );
  });
});

describe("a turn that is broken off ends its thread", () => {
  const stalls: SimScript = ({ index }) =>
    index === 0 ? reply([text("answer 0")]) : reply([partialText("I was")], { finish: "stall" });
  const ended = "Expected a thread that is open";

  test("by the caller's signal", async () => {
    await using open = await openThread(stalls);
    await takeEvents(open.thread);
    const caller = new AbortController();
    const broken = await takeSignals(open.thread, { signal: caller.signal }, (signal) => {
      if (signal.type === "event" && signal.event.type === "turn.started")
        setTimeout(() => caller.abort(), 100);
    });
    expect(broken.at(-1)).toMatchObject({ type: "exit" });
    expect(codexProcesses()).toEqual([]);
    await expect(takeEvents(open.thread)).rejects.toThrow(ended);
  });

  test("by a consumer that takes no more signals", async () => {
    await using open = await openThread(stalls);
    await takeEvents(open.thread);
    const turn = { prompt: "Go.", signal: new AbortController().signal };
    for await (const signal of open.thread.run(turn))
      if (signal.type === "event" && signal.event.type === "turn.started") break;
    expect(codexProcesses()).toEqual([]);
    await expect(takeEvents(open.thread)).rejects.toThrow(ended);
  });

  test("by somebody who kills the process, also between two turns", async () => {
    await using open = await openThread(answers);
    await takeEvents(open.thread);
    for (const { pid } of codexProcesses()) process.kill(pid, "SIGKILL");
    expect(await remainingCodexProcesses()).toEqual([]);
    const signals = await takeSignals(open.thread);
    expect(signals.at(-1)).toMatchObject({ type: "exit", exit: { signal: "SIGKILL" } });
    await expect(takeEvents(open.thread)).rejects.toThrow(ended);
  });

  test("but not before it began, by a signal that had fired", async () => {
    await using open = await openThread(answers);
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(takeEvents(open.thread, { signal })).rejects.toThrow("too late");
    expect((await takeEvents(open.thread)).at(-1)).toMatchObject({ type: "turn.completed" });
  });
});
