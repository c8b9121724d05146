import { partialText, reply, type SimScript, startCodexSim, text } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { openOwnThread, takeEvents, takeSignals } from "../own-threads.ts";
import { type CodexProcess, codexProcessesOf } from "./codex-processes.ts";
import {
  markedEnv,
  onEachTransport,
  remainingCodexProcesses,
  type TransportName,
} from "./scene.ts";

async function openThreadOn(transport: TransportName, script: SimScript) {
  const sim = await startCodexSim({ script });
  const { baseUrl } = sim;
  const thread = openOwnThread(transport, { endpoint: { baseUrl }, env: markedEnv(sim) });
  return {
    sim,
    thread,
    codexProcesses: (): readonly CodexProcess[] => codexProcessesOf(baseUrl),
    [Symbol.asyncDispose]: async () => {
      await thread[Symbol.asyncDispose]();
      await sim.close();
    },
  };
}

const answers: SimScript = ({ index }) => reply([text(`answer ${index}`, { deltas: 3 })]);
const stalls: SimScript = () => reply([partialText("I was")], { finish: "stall" });

onEachTransport("a thread", ({ transport }) => {
  const openThread = (script: SimScript) => openThreadOn(transport, script);

  test("starts nothing before its first turn, and leaves nothing when it is disposed, however often", async () => {
    const open = await openThread(answers);
    open.thread.run({ prompt: "Never asked for.", signal: new AbortController().signal });
    expect(open.codexProcesses()).toEqual([]);
    await takeEvents(open.thread);
    await open[Symbol.asyncDispose]();
    expect(open.codexProcesses()).toEqual([]);
    await open.thread[Symbol.asyncDispose]();
    expect(open.sim.requests).toHaveLength(1);
  });

  test("whose turn is stopped by the caller's signal is over, and leaves no process", async () => {
    await using open = await openThread(stalls);
    const caller = new AbortController();
    let started: readonly CodexProcess[] = [];
    const stopped = takeSignals(open.thread, { signal: caller.signal }, (signal) => {
      if (signal.type !== "event" || signal.event.type !== "turn.started") return;
      started = open.codexProcesses();
      setTimeout(() => caller.abort(), 100);
    });
    // `codex exec` rejects with the abort; the app-server ends an interrupted turn without an event.
    const events = await stopped.then(
      (signals) => signals.filter(({ type }) => type === "event"),
      (error: unknown) => (caller.signal.aborted ? [] : error),
    );
    expect(events).not.toContainEqual({
      event: expect.objectContaining({ type: "turn.completed" }),
    });
    expect(started).toHaveLength(1);
    // The warm process serves other threads.
    expect(open.codexProcesses()).toEqual(transport === "exec" ? [] : started);
    await open[Symbol.asyncDispose]();
    expect(open.codexProcesses()).toEqual([]);
    expect(open.thread.isOpen).toBe(false);
  });

  test("whose turn nobody takes any more is over, and leaves no process", async () => {
    await using open = await openThread(stalls);
    const turn = { prompt: "Go.", signal: new AbortController().signal };
    let started: readonly CodexProcess[] = [];
    for await (const signal of open.thread.run(turn)) {
      if (signal.type !== "event" || signal.event.type !== "turn.started") continue;
      started = open.codexProcesses();
      break;
    }
    expect(started).toHaveLength(1);
    expect(open.codexProcesses()).toEqual(transport === "exec" ? [] : started);
    await open[Symbol.asyncDispose]();
    expect(open.codexProcesses()).toEqual([]);
    expect(open.thread.isOpen).toBe(false);
  });

  test("starts no turn whose signal has fired", async () => {
    await using open = await openThread(answers);
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(takeEvents(open.thread, { signal })).rejects.toThrow("too late");
    expect(open.sim.requests).toEqual([]);
    expect(open.codexProcesses()).toEqual([]);
  });
});

describe("a thread of the app-server, which takes turn after turn,", () => {
  const openThread = (script: SimScript) => openThreadOn("app-server", script);

  test("has one process, and each turn knows those before it", async () => {
    await using open = await openThread(answers);
    const first = await takeEvents(open.thread, { prompt: "One." });
    const [before] = open.codexProcesses();
    expect(before).toBeDefined();
    const second = await takeEvents(open.thread, { prompt: "Two." });
    expect(open.codexProcesses()).toEqual([before]);
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

describe("a turn of the app-server that is stopped leaves its thread and its process", () => {
  const stallsWhenAsked: SimScript = ({ userText }) =>
    userText.endsWith("Stall.")
      ? reply([partialText("I was")], { finish: "stall" })
      : reply([text("Here.")]);
  const openThread = (script: SimScript) => openThreadOn("app-server", script);

  test("by the caller's signal", async () => {
    const caller = new AbortController();
    await using open = await openThread((request) => {
      if (request.userText.endsWith("Stall.")) caller.abort();
      return stallsWhenAsked(request);
    });
    await takeEvents(open.thread, { prompt: "One." });
    const before = open.codexProcesses();
    await takeSignals(open.thread, { prompt: "Stall.", signal: caller.signal });
    const last = await takeEvents(open.thread, { prompt: "Three." });
    expect(last).toContainEqual(
      expect.objectContaining({ item: expect.objectContaining({ text: "Here." }) }),
    );
    // Codex tells the model that the turn was interrupted.
    expect(open.sim.requests[2]?.userText).toMatch(/^One\.\nStall\.\n<turn_aborted>[^]*\nThree\.$/);
    expect(open.codexProcesses()).toEqual(before);
  });

  test("by a consumer that takes no more signals", async () => {
    await using open = await openThread(stallsWhenAsked);
    await takeEvents(open.thread);
    const before = open.codexProcesses();
    const turn = { prompt: "Stall.", signal: new AbortController().signal };
    for await (const signal of open.thread.run(turn))
      if (signal.type === "event" && signal.event.type === "turn.started") break;
    expect((await takeEvents(open.thread)).at(-1)).toMatchObject({ type: "turn.completed" });
    expect(open.codexProcesses()).toEqual(before);
  });
});

describe("a turn whose process is gone ends its thread of the app-server", () => {
  const ended = "Expected an open thread";
  const openThread = (script: SimScript) => openThreadOn("app-server", script);

  test("by somebody who kills the process, also between two turns", async () => {
    await using open = await openThread(answers);
    await takeEvents(open.thread);
    const running = open.codexProcesses();
    expect(running).toHaveLength(1);
    for (const { pid } of running) process.kill(pid, "SIGKILL");
    // Asked before the thread can have heard of the end; after that, it is closed.
    const signals = await takeSignals(open.thread);
    expect(signals.at(-1)).toMatchObject({ type: "exit", exit: { signal: "SIGKILL" } });
    expect(await remainingCodexProcesses(open.sim.baseUrl)).toEqual([]);
    await expect(takeEvents(open.thread)).rejects.toThrow(ended);
  });

  test("but not before it began, by a signal that had fired", async () => {
    await using open = await openThread(answers);
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(takeEvents(open.thread, { signal })).rejects.toThrow("too late");
    expect((await takeEvents(open.thread)).at(-1)).toMatchObject({ type: "turn.completed" });
  });
});
