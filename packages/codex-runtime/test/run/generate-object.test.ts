import { defineTool, type ToolBridgeHandle, type ToolSet } from "@ktx/mcp-bridge";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import {
  type CodexRuntimeOptions,
  findRunEnd,
  OutputValidationError,
  type RunMetrics,
  UnsupportedOutputSchemaError,
} from "../../src/index.ts";
import { threadedTransport } from "../fake-transport.ts";
import {
  type FakeRunner,
  fakeRunner,
  fakeRunnerInTurns,
  message,
  toolCalled,
  turnCompleted,
  turnFailed,
  turnStarted,
} from "../fake-runner.ts";
import {
  answering,
  ask,
  count,
  errorOf,
  invalid,
  runtimeOn,
  searching,
  stopTime,
  valid,
} from "./object-scene.ts";

/** A bridge that serves nothing, and counts its starts and ends. */
function fakeBridge() {
  const started: ToolSet[] = [];
  let closes = 0;
  const handle = {
    url: "http://127.0.0.1:4711/mcp",
    bearerTokenEnvVar: "KTX_CODEX_RUNTIME_MCP_TOKEN",
    bearerToken: "token-of-this-run",
    close: () => {
      closes += 1;
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  } as ToolBridgeHandle;
  const startMcpServer: NonNullable<CodexRuntimeOptions["startMcpServer"]> = ({ toolSet }) => {
    started.push(toolSet);
    return Promise.resolve(handle);
  };
  return { started, startMcpServer, closed: () => closes };
}

const search = defineTool({
  name: "search",
  description: "Searches.",
  inputSchema: z.object({}),
  execute: () => "fine",
});

describe("an answer that does not fit its schema, where the runner keeps threads", () => {
  test("is asked for again in its thread, with what is wrong and without what is known there", async () => {
    const runner = threadedTransport(answering(invalid), answering(invalid), answering(valid));
    const work = runtimeOn(runner).generateObject({ ...ask, repairAttempts: 2 });
    expect(await work).toEqual({ count: 3 });
    expect(runner.threads).toMatchObject([
      {
        ended: true,
        turns: [
          { prompt: "How many?" },
          {
            prompt: expect.stringMatching(/^Your last message .*^- \$\.count: .*expected number/ms),
          },
          { prompt: expect.stringMatching(/^Your last message/) },
        ],
      },
    ]);
    const [first, ...repairs] = runner.threads[0]?.turns ?? [];
    for (const repair of repairs) {
      expect(repair.prompt).not.toContain("How many?");
      expect(repair.outputSchema).toBe(first?.outputSchema);
    }
  });

  test("is repaired with the tools still there", async () => {
    const runner = threadedTransport(searching(invalid), answering(valid));
    await runtimeOn(runner).generateObject({ ...ask, tools: { search } });
    expect(runner.threads.map(({ turns }) => turns.length)).toEqual([2]);
    expect(runner.threads[0]?.input.tools.names).toEqual(["search"]);
    expect(runner.threads[0]?.turns[1]?.prompt).toContain("Earlier tool results are still valid");
  });

  test("is repaired in a thread of its own when the repair failed and is tried again", async () => {
    const overloaded = fakeRunner([
      turnStarted,
      turnFailed("unexpected status 503 Service Unavailable: Come back later."),
    ]);
    const runner = threadedTransport(answering(invalid), overloaded, answering(valid));
    const work = runtimeOn(runner, { maxRetries: 1, random: () => 0 }).generateObject(ask);
    expect(await work).toEqual({ count: 3 });
    expect(runner.threads.map(({ turns, ended }) => [turns.length, ended])).toEqual([
      [2, true],
      [1, true],
    ]);
    expect(runner.threads[1]?.turns[0]?.prompt).toContain(`<answer>\n${invalid}\n</answer>`);
  });

  test("is not followed up where the turn gave no answer: that is tried again in a new thread", async () => {
    const runner = threadedTransport(answering(), answering(valid));
    const work = runtimeOn(runner, { maxRetries: 1, random: () => 0 }).generateObject(ask);
    expect(await work).toEqual({ count: 3 });
    expect(runner.threads.map(({ turns }) => turns.map(({ prompt }) => prompt))).toEqual([
      ["How many?"],
      ["How many?"],
    ]);
  });

  test("has room for a repair however long the prompt was", async () => {
    const runner = threadedTransport(answering(invalid), answering(valid));
    const work = runtimeOn(runner).generateObject({ ...ask, prompt: "x".repeat(1_048_500) });
    expect(await work).toEqual({ count: 3 });
  });

  test.each<[string, FakeRunner, object]>([
    ["fits", answering(valid), {}],
    ["can not be repaired", answering(invalid), {}],
    ["failed", fakeRunner([turnStarted, turnFailed("Something odd.")]), {}],
  ])("leaves no thread behind when it %s", async (_, turn, input) => {
    const runner = threadedTransport(turn);
    await runtimeOn(runner)
      .generateObject({ ...ask, ...input })
      .catch(() => undefined);
    expect(runner.threads).toMatchObject([{ ended: true }]);
  });

  test("leaves no thread behind when it took too long", async () => {
    stopTime();
    const runner = threadedTransport(fakeRunner([turnStarted], { hangs: true }));
    const work = errorOf(runtimeOn(runner).generateObject({ ...ask, timeoutMs: 50 }));
    await expect.poll(() => runner.threads.length).toBe(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await work).toMatchObject({ failure: { kind: "timeout" } });
    expect(runner.threads).toMatchObject([{ ended: true }]);
  });
});

test("an answer that is not to be repaired needs no thread that is kept", async () => {
  const runner = threadedTransport(answering(invalid));
  const work = runtimeOn(runner).generateObject({ ...ask, repairAttempts: 0 });
  expect(await errorOf(work)).toBeInstanceOf(OutputValidationError);
  expect(runner.threads).toMatchObject([{ input: { turns: "one" } }]);
});

describe("an answer that does not fit its schema, where each turn is a thread of its own", () => {
  test("is shown to the model with what is wrong, and the corrected one is the value", async () => {
    const runner = fakeRunnerInTurns(answering(invalid), answering(valid));
    expect(await runtimeOn(runner).generateObject({ ...ask, system: "Be brief." })).toEqual({
      count: 3,
    });
    const [first, second] = runner.inputs;
    expect(runner.inputs).toHaveLength(2);
    expect(second?.prompt.startsWith("Be brief.\n\nHow many?\n\n")).toBe(true);
    expect(second?.prompt).toContain(`<answer>\n${invalid}\n</answer>`);
    expect(second?.prompt).toMatch(/^- \$\.count: .*expected number/m);
    expect(second?.outputSchema).toBe(first?.outputSchema);
    expect(second?.model).toBe(first?.model);
  });

  test("is repaired without tools, so that nothing is done twice", async () => {
    const bridge = fakeBridge();
    const runner = fakeRunnerInTurns(searching(invalid), answering(valid));
    await runtimeOn(runner, bridge).generateObject({ ...ask, tools: { search } });
    expect(bridge.started).toHaveLength(1);
    expect(
      runner.inputs.map(({ configOverrides = {} }) => "mcp_servers" in configOverrides),
    ).toEqual([true, false]);
    expect(runner.inputs[1]?.env).toEqual({});
  });

  test("costs what all turns together cost, and the metrics count the repair", async () => {
    const metrics: RunMetrics[] = [];
    const runner = fakeRunnerInTurns(answering(invalid), answering(valid));
    const onMetrics = (told: RunMetrics) => void metrics.push(told);
    await runtimeOn(runner, { monotonicNow: () => 0 }).generateObject({ ...ask, onMetrics });
    expect(metrics).toEqual([
      {
        totalMs: 0,
        usage: {
          inputTokens: 20,
          cachedInputTokens: 4,
          outputTokens: 10,
          reasoningOutputTokens: 2,
          totalTokens: 30,
        },
        attempts: 2,
        repairs: 1,
      },
    ]);
  });

  test("twice is an error with the last answer, its issues, the tool calls and the usage of both turns", async () => {
    const runner = fakeRunnerInTurns(searching("I cannot say."), answering(invalid));
    const work = runtimeOn(runner, fakeBridge()).generateObject({ ...ask, tools: { search } });
    const error = await errorOf(work);
    expect(error).toBeInstanceOf(OutputValidationError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^Codex structured output failed validation:\n- \$\.count: /),
      issues: [{ path: "$.count", message: expect.stringContaining("expected number") }],
      text: invalid,
      usage: { totalTokens: 30 },
      toolCalls: [{ tool: "search", status: "completed" }],
    });
  });
});

describe("how often an answer is repaired", () => {
  const turnsOf = async (
    options: Partial<CodexRuntimeOptions>,
    input: { readonly repairAttempts?: number } = {},
  ): Promise<number> => {
    const runner = answering(invalid);
    await errorOf(runtimeOn(runner, options).generateObject({ ...ask, ...input }));
    return runner.inputs.length;
  };

  test.each([
    ["once, unless something is said", {}, {}, 2],
    ["never with 0", { repairAttempts: 0 }, {}, 1],
    ["as often as the runtime says", { repairAttempts: 3 }, {}, 4],
    [
      "as often as the call says, whatever the runtime says",
      { repairAttempts: 3 },
      { repairAttempts: 0 },
      1,
    ],
  ])("%s", async (_, options, input, turns) => {
    expect(await turnsOf(options, input)).toBe(turns);
  });

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "cannot be %s, which is refused before anything is started",
    async (repairAttempts) => {
      const runner = answering(valid);
      const refusal = { name: "RuntimeInputError", code: "invalid-limit" };
      expect(() => runtimeOn(runner, { repairAttempts })).toThrow(expect.objectContaining(refusal));
      const work = runtimeOn(runner).generateObject({ ...ask, repairAttempts });
      expect(await errorOf(work)).toMatchObject({
        ...refusal,
        message: expect.stringContaining(`\`repairAttempts\` to be a whole number from 0, got`),
      });
      expect(runner.inputs).toEqual([]);
    },
  );
});

describe("no repair is begun", () => {
  const tooSlow = (): Partial<CodexRuntimeOptions> => {
    let nowMs = 0;
    return { timeoutMs: 1_000, monotonicNow: () => (nowMs += 500) };
  };
  test.each([
    ["when the tokens are used up", { tokenBudget: 15 }, {}],
    ["when the steps are used up", { stepBudget: 1 }, {}],
    ["after the deadline of the call", {}, tooSlow()],
    ["when the prompt has no room for the answer", { prompt: "x".repeat(1_048_500) }, {}],
  ])("%s", async (_, input, options) => {
    const runner = answering(invalid);
    const work = runtimeOn(runner, options).generateObject({ ...ask, ...input });
    expect(await errorOf(work)).toBeInstanceOf(OutputValidationError);
    expect(runner.inputs).toHaveLength(1);
  });

  test("after the caller's abort, whose reason is thrown", async () => {
    const caller = new AbortController();
    const schema = count.refine(() => {
      caller.abort(new Error("enough"));
      return false;
    });
    const runner = answering(valid);
    const work = runtimeOn(runner).generateObject({ ...ask, schema, abortSignal: caller.signal });
    await expect(work).rejects.toThrow("enough");
    expect(runner.inputs).toHaveLength(1);
  });
});

describe("a repair that gives no answer", () => {
  const repairedBy = (repair: FakeRunner, input: object = {}): Promise<unknown> =>
    errorOf(
      runtimeOn(fakeRunnerInTurns(answering(invalid), repair)).generateObject({ ...ask, ...input }),
    );

  test("leaves the answer that it was to repair, and says why", async () => {
    const error = await repairedBy(fakeRunner([turnStarted, turnFailed("Something odd.")]));
    expect(error).toBeInstanceOf(OutputValidationError);
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^- \$\.count: .*\nIt could not be repaired: Something odd\.$/m,
      ),
      issues: [{ path: "$.count" }],
      text: invalid,
      usage: { totalTokens: 15 },
      cause: { name: "CodexError", message: "Something odd." },
    });
    expect(findRunEnd(error)).toMatchObject({
      type: "invalid-output",
      text: invalid,
      issues: [{ path: "$.count" }],
      repairEnd: { type: "failed", failure: { message: "Something odd." } },
    });
  });

  test("may have used up the budget of the call", async () => {
    expect(await repairedBy(answering(valid), { tokenBudget: 20 })).toMatchObject({
      name: "OutputValidationError",
      usage: { totalTokens: 30 },
      cause: { name: "BudgetError", budget: "tokens" },
      repairEnd: { type: "budget", budget: "tokens" },
    });
  });

  test("may have come to the deadline of the call", async () => {
    const silent = fakeRunner([turnStarted], { hangs: true });
    stopTime();
    const work = repairedBy(silent, { timeoutMs: 100 });
    await expect.poll(() => silent.inputs.length).toBe(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await work).toMatchObject({
      name: "OutputValidationError",
      cause: { failure: { kind: "timeout", limit: "wall-clock" } },
      repairEnd: { type: "timeout", failure: { kind: "timeout", limit: "wall-clock" } },
    });
  });

  test("may have failed by a tool call", async () => {
    const failed = toolCalled("search", { status: "failed", error: { message: "gone" } });
    const repair = fakeRunner([turnStarted, failed, message(valid), turnCompleted]);
    expect(findRunEnd(await repairedBy(repair, { onToolFailure: "fail" }))).toMatchObject({
      type: "invalid-output",
      repairEnd: { type: "tool-failed", toolFailures: [{ tool: "search", message: "gone" }] },
    });
  });

  test("is not there where the repair answered", async () => {
    const end = findRunEnd(await repairedBy(answering(invalid)));
    expect(end).toMatchObject({ type: "invalid-output", text: invalid });
    expect(end).not.toHaveProperty("repairEnd");
  });

  test("is a rejection with the caller's reason when the caller ended it", async () => {
    const caller = new AbortController();
    const hanging = fakeRunner([turnStarted], { hangs: true });
    const silent: FakeRunner = {
      ...hanging,
      runStreamed: (input) => {
        caller.abort(new Error("enough"));
        return hanging.runStreamed(input);
      },
    };
    expect(await repairedBy(silent, { abortSignal: caller.signal })).toMatchObject({
      name: "Error",
      message: "enough",
    });
  });
});

describe("of several messages", () => {
  test("the last one alone is the answer", async () => {
    const runner = answering('{"count":1}', '{"count":2}');
    expect(await runtimeOn(runner).generateObject(ask)).toEqual({ count: 2 });
    expect(runner.inputs).toHaveLength(1);
  });

  test("a valid one does not stand in for an invalid last one", async () => {
    const runner = fakeRunnerInTurns(answering('{"count":1}', invalid), answering('{"count":2}'));
    expect(await runtimeOn(runner).generateObject(ask)).toEqual({ count: 2 });
    expect(runner.inputs[1]?.prompt).toContain(invalid);
    expect(runner.inputs[1]?.prompt).not.toContain('{"count":1}');
  });
});

test("a schema that cannot be asked for is refused before anything is started", async () => {
  const runner = answering(valid);
  const work = runtimeOn(runner).generateObject({ ...ask, schema: z.object({ at: z.symbol() }) });
  expect(await errorOf(work)).toBeInstanceOf(UnsupportedOutputSchemaError);
  expect(runner.inputs).toEqual([]);
});
