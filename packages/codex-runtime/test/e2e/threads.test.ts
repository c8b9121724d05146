import { parseThreadEvent, type ThreadEvent } from "@ktx/codex-events";
import { partialText, reply, type SimScript, startCodexSim, text } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { buildCodexConfig } from "../../src/build-codex-config.ts";
import { AppServerRunner, type CodexThread, type CodexTurnInput } from "../../src/index.ts";
import { codexProcesses, remainingCodexProcesses } from "./scene.ts";

async function openThread(script: SimScript) {
  const sim = await startCodexSim({ script });
  const thread = new AppServerRunner().openThread({
    projectDir: process.cwd(),
    model: "gpt-5.5",
    configOverrides: buildCodexConfig({ endpoint: { baseUrl: sim.baseUrl } }),
  });
  return {
    sim,
    thread,
    [Symbol.asyncDispose]: async () => {
      await thread[Symbol.asyncDispose]();
      await sim.close();
    },
  };
}

async function take(
  thread: CodexThread,
  input: Partial<CodexTurnInput> = {},
  onEvent: (event: ThreadEvent) => void = () => undefined,
): Promise<readonly ThreadEvent[]> {
  const events: ThreadEvent[] = [];
  for await (const value of await thread.runStreamed({ prompt: "Go.", ...input })) {
    const event = parseThreadEvent(value);
    events.push(event);
    onEvent(event);
  }
  return events;
}

const answers: SimScript = ({ index }) => reply([text(`answer ${index}`)]);

describe("a thread", () => {
  test("takes turn after turn in one process, and each knows those before it", async () => {
    await using open = await openThread(answers);
    const first = await take(open.thread, { prompt: "One." });
    const [before] = codexProcesses();
    const second = await take(open.thread, { prompt: "Two." });
    expect(codexProcesses()).toEqual([before]);
    expect(second[0]).toEqual(first[0]);
    expect(open.sim.requests.map(({ userText }) => userText)).toEqual(["One.", "One.\nTwo."]);
    expect(JSON.stringify(open.sim.requests[1]?.body)).toContain("answer 0");
  });

  test("tells the tokens of each turn for itself, while it runs and at its end", async () => {
    await using open = await openThread(answers);
    const told: unknown[] = [];
    const observer = {
      onUsage: (usage: unknown) => void told.push(usage),
      onActivity: () => undefined,
      onStderr: () => undefined,
    };
    for (let turn = 0; turn < 3; turn += 1) {
      const events = await take(open.thread, { observer });
      expect(events.at(-1)).toMatchObject({
        type: "turn.completed",
        usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
      });
    }
    expect(told).toMatchObject([15, 15, 15].map((totalTokens) => ({ totalTokens })));
  });

  test("starts nothing before its first turn, and leaves nothing when it is disposed, however often", async () => {
    const open = await openThread(answers);
    await open.thread.runStreamed({ prompt: "Never asked for." });
    expect(codexProcesses()).toEqual([]);
    await take(open.thread);
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
    expect((await take(open.thread)).at(-1)).toMatchObject({ type: "turn.failed" });
    expect(await take(open.thread)).toContainEqual(
      expect.objectContaining({ item: expect.objectContaining({ text: "Here." }) }),
    );
  });
});

describe("a turn that is broken off ends its thread", () => {
  const stalls: SimScript = ({ index }) =>
    index === 0 ? reply([text("answer 0")]) : reply([partialText("I was")], { finish: "stall" });
  const ended = "Expected a thread that is open, got one that has ended. Open another.";

  test("by the caller's signal", async () => {
    await using open = await openThread(stalls);
    await take(open.thread);
    const caller = new AbortController();
    const broken = take(open.thread, { signal: caller.signal }, ({ type }) => {
      if (type === "turn.started") setTimeout(() => caller.abort(), 100);
    });
    await expect(broken).rejects.toThrow("Codex app-server exited with");
    expect(codexProcesses()).toEqual([]);
    await expect(take(open.thread)).rejects.toThrow(ended);
  });

  test("by a consumer that takes no more events", async () => {
    await using open = await openThread(stalls);
    await take(open.thread);
    for await (const value of await open.thread.runStreamed({ prompt: "Go." }))
      if (parseThreadEvent(value).type === "turn.started") break;
    expect(codexProcesses()).toEqual([]);
    await expect(take(open.thread)).rejects.toThrow(ended);
  });

  test("by somebody who kills the process, also between two turns", async () => {
    await using open = await openThread(answers);
    await take(open.thread);
    for (const { pid } of codexProcesses()) process.kill(pid, "SIGKILL");
    expect(await remainingCodexProcesses()).toEqual([]);
    await expect(take(open.thread)).rejects.toThrow("Codex app-server exited with signal SIGKILL");
    await expect(take(open.thread)).rejects.toThrow(ended);
  });

  test("but not before it began, by a signal that had fired", async () => {
    await using open = await openThread(answers);
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(take(open.thread, { signal })).rejects.toThrow("too late");
    expect((await take(open.thread)).at(-1)).toMatchObject({ type: "turn.completed" });
  });
});
