import {
  partialText,
  refuse,
  reply,
  type SimRequest,
  type SimScript,
  text,
  toolCall,
} from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  BudgetError,
  CodexError,
  OutputValidationError,
  type RunMetrics,
} from "../../src/index.ts";
import { oneStepLeft } from "../../src/run/budget-standing.ts";
import { namespace, stageOn } from "./scene.ts";
import { add, endlessTool, tools } from "./tools.ts";

const opened = { role: "default", system: "You are terse." } as const;
const addition = toolCall("add", { a: 1, b: 2 }, { namespace });

/** The turns that the model has seen, the present one included. Each prompt is one line. */
function turnsSeen({ userText }: SimRequest): number {
  return userText.split("\n").length;
}

const counting: SimScript = (request) => reply([text(`turn ${turnsSeen(request)}`)]);

test("a transport of single turns opens no thread", async () => {
  await using scene = await stageOn("exec").startScene([]);
  expect(() => scene.runtime.openThread(opened)).toThrow(
    expect.objectContaining({ name: "RuntimeInputError", code: "single-turns" }),
  );
  expect(scene.sim.requests).toEqual([]);
});

describe.each([stageOn("app-server"), stageOn("auto")])(
  "a thread that the caller holds, over $transport",
  ({ startScene }) => {
    test("knows in each turn what was said before, whatever the method", async () => {
      await using scene = await startScene((request) =>
        request.index === 2
          ? reply([text('{"count":3}')])
          : request.index === 3
            ? reply([addition])
            : reply([text(`turn ${turnsSeen(request)}`)]),
      );
      await using thread = scene.runtime.openThread({ ...opened, tools: { add } });
      expect({ id: thread.id, isOpen: thread.isOpen }).toEqual({ id: undefined, isOpen: true });
      expect(await thread.generateText({ prompt: "One." })).toBe("turn 1");
      const { id } = thread;
      expect(id).toMatch(/^[0-9a-f-]{36}$/);
      const stream = thread.streamText({ prompt: "Two." });
      expect(await stream.text).toBe("turn 2");
      const schema = z.object({ count: z.number() });
      expect(await thread.generateObject({ prompt: "Three.", schema })).toEqual({ count: 3 });
      const loop = await thread.runAgentLoop({ userPrompt: "Four.", stepBudget: 5 });
      expect(loop).toMatchObject({ stopReason: "natural", text: "turn 4" });
      expect(loop.toolCalls).toMatchObject([{ tool: "add", status: "completed" }]);
      expect(thread.id).toBe(id);
      const { body } = scene.sim.requests.at(-1) ?? {};
      for (const said of ["You are terse.", "One.", "turn 2", "Four."])
        expect(JSON.stringify(body)).toContain(said);
    });

    test("has one process for all its turns, which ends with the runtime", async () => {
      await using scene = await startScene(counting);
      const thread = scene.runtime.openThread(opened);
      expect(scene.codexProcesses()).toEqual([]);
      await thread.generateText({ prompt: "One." });
      const [first] = scene.codexProcesses();
      await thread.generateText({ prompt: "Two." });
      expect(scene.codexProcesses()).toEqual([first]);
      await thread[Symbol.asyncDispose]();
      expect(scene.codexProcesses()).toEqual([first]);
      expect(await scene.remainingCodexProcesses()).toEqual([]);
    });

    test("takes one turn at a time", async () => {
      await using scene = await startScene(counting);
      await using thread = scene.runtime.openThread(opened);
      const first = thread.generateText({ prompt: "One." });
      await expect(thread.generateText({ prompt: "Two." })).rejects.toMatchObject({
        name: "RuntimeInputError",
        code: "thread-is-running",
      });
      expect(await first).toBe("turn 1");
      expect(await thread.generateText({ prompt: "Three." })).toBe("turn 2");
    });

    test("counts the budgets of each turn from zero, and announces them in each", async () => {
      await using scene = await startScene((request) => {
        const ofTurn = request.toolOutputs.slice(2 * (turnsSeen(request) - 1));
        const isTold = ofTurn.at(-1)?.output.includes(oneStepLeft) === true;
        return reply([isTold ? text("Enough.") : addition]);
      });
      await using thread = scene.runtime.openThread({ ...opened, tools });
      const turn = { stepBudget: 3, announceBudget: true };
      for (const prompt of ["Add.", "Add more."])
        expect(await thread.runAgentLoop({ ...turn, userPrompt: prompt })).toMatchObject({
          stopReason: "natural",
          text: "Enough.",
          metrics: { stepCount: 2 },
        });
    });

    test("is not replaced by another where a turn failed, and goes on where Codex goes on", async () => {
      await using scene = await startScene((request) =>
        request.userText.endsWith("Fail.")
          ? refuse(400, { error: { message: "Refused.", code: "invalid_request_error" } })
          : counting(request),
      );
      await using thread = scene.runtime.openThread(opened);
      await thread.generateText({ prompt: "Hello." });
      const { id } = thread;
      await expect(thread.generateText({ prompt: "Fail." })).rejects.toThrow(CodexError);
      expect({ id: thread.id, isOpen: thread.isOpen }).toEqual({ id, isOpen: true });
      expect(await thread.generateText({ prompt: "Again." })).toBe("turn 3");
    });

    test("does not begin once more where a failure would be retried elsewhere", async () => {
      await using scene = await startScene(({ index }) =>
        index === 0 ? reply([text("Hello.")]) : refuse(503, {}),
      );
      await using thread = scene.runtime.openThread(opened);
      await thread.generateText({ prompt: "Hello.", maxRetries: 1 });
      const measured: RunMetrics[] = [];
      const failing = thread.generateText({
        prompt: "Fail.",
        onMetrics: (metrics) => measured.push(metrics),
      });
      await expect(failing).rejects.toThrow(CodexError);
      // Codex has reconnected within the turn, and one turn is reported as no number of attempts.
      expect(scene.sim.requests).toHaveLength(3);
      expect(measured).toEqual([expect.not.objectContaining({ attempts: expect.anything() })]);
    });

    test("whose turn was stopped goes on with tools over the pipe", async () => {
      await using scene = await startScene(({ userText }) =>
        reply([userText.includes("More") ? text("Here.") : addition]),
      );
      await using thread = scene.runtime.openThread({ ...opened, tools });
      const stopped = thread.generateText({ prompt: "Add.", toolCallBudget: 1 });
      await expect(stopped).rejects.toThrow(BudgetError);
      expect(thread.isOpen).toBe(true);
      expect(await thread.generateText({ prompt: "More." })).toBe("Here.");
    });

    test("whose turn was stopped takes no further turn with tools over MCP, and says so", async () => {
      await using scene = await startScene(() => reply([addition]), { toolTransport: "mcp" });
      await using thread = scene.runtime.openThread({ ...opened, tools });
      const stopped = thread.generateText({ prompt: "Add.", toolCallBudget: 1 });
      await expect(stopped).rejects.toThrow(BudgetError);
      expect(thread.isOpen).toBe(false);
      await expect(thread.generateText({ prompt: "More." })).rejects.toMatchObject({
        code: "thread-is-gone",
      });
      expect(await scene.remainingCodexProcesses()).toEqual([]);
    });

    test("repairs an answer in the thread", async () => {
      await using scene = await startScene([
        reply([text("Hello.")]),
        reply([text('{"n":"one"}')]),
        reply([text('{"n":1}')]),
        reply([text('{"n":"one"}')]),
      ]);
      await using thread = scene.runtime.openThread(opened);
      await thread.generateText({ prompt: "Hello?" });
      const ask = { prompt: "A number.", schema: z.object({ n: z.number() }) };
      expect(await thread.generateObject(ask)).toEqual({ n: 1 });
      expect(JSON.stringify(scene.sim.requests[2]?.body)).toContain("Hello?");
      const unrepaired = thread.generateObject({ ...ask, repairAttempts: 0 });
      await expect(unrepaired).rejects.toThrow(OutputValidationError);
      expect(thread.isOpen).toBe(true);
    });

    test("that is closed ends its running turn and its tools, and the next thread has its process", async () => {
      const { tools: endless, called, released } = endlessTool();
      await using scene = await startScene(() => reply([toolCall("hold", {}, { namespace })]));
      const thread = scene.runtime.openThread({ ...opened, tools: endless });
      const running = thread.generateText({ prompt: "Wait." });
      const ended = running.catch((error: unknown) => error);
      await called;
      await thread[Symbol.asyncDispose]();
      expect(await ended).toMatchObject({ name: "AbortError" });
      await released;
      expect(thread.isOpen).toBe(false);
      expect(scene.codexProcesses()).toHaveLength(1);
      await expect(thread.generateText({ prompt: "More." })).rejects.toMatchObject({
        code: "thread-is-gone",
      });
    });

    test("that the caller aborts rejects with the caller's reason", async () => {
      await using scene = await startScene(() =>
        reply([partialText("I was")], { finish: "stall" }),
      );
      await using thread = scene.runtime.openThread(opened);
      const caller = new AbortController();
      const reason = new Error("Enough.");
      const running = thread.generateText({
        prompt: "Tell me.",
        abortSignal: caller.signal,
        onTextDelta: () => caller.abort(reason),
      });
      await expect(running).rejects.toBe(reason);
    });
  },
);
