import type { TokenUsage } from "@ktx/codex-events";
import { describe, expect, test } from "vitest";
import {
  BudgetError,
  CodexKtxLlmRuntime,
  type CodexRunner,
  type GenerateTextInput,
  type RunMetrics,
  type Transport,
  type TurnSignal,
} from "../../src/index.ts";
import { asSignal, playedBy, signallingTransport } from "../fake-transport.ts";
import {
  fakeRunner,
  message,
  reportedUsage,
  toolCalled,
  toolReported,
  toolStarted,
  turnCompleted,
  turnStarted,
} from "../fake-runner.ts";

function runtimeOn(player: CodexRunner | Transport): CodexKtxLlmRuntime {
  return new CodexKtxLlmRuntime({
    projectDir: "/project",
    modelSlots: { default: "codex" },
    ...playedBy(player),
    maxRetries: 0,
  });
}

const loop = {
  modelRole: "default",
  systemPrompt: "",
  userPrompt: "Work.",
  toolSet: {},
  stepBudget: 10,
};

const command = {
  type: "item.completed",
  item: { id: "item_c", type: "command_execution", command: "ls", exit_code: 0 },
};

const before = "First I look around.";

const busy = [
  turnStarted,
  message(before),
  command,
  toolCalled("a"),
  toolCalled("b"),
  message("Done."),
  turnCompleted,
];

describe("a tool call budget", () => {
  test("ends a loop when that many calls have completed; other steps do not count", async () => {
    const result = await runtimeOn(fakeRunner(busy)).runAgentLoop({ ...loop, toolCallBudget: 1 });
    expect(result).toEqual({
      stopReason: "budget",
      budget: "tool-calls",
      text: "First I look around.",
      toolCalls: [toolReported("a")],
      toolFailures: [],
      metrics: {
        totalMs: expect.any(Number),
        usage: {},
        stepCount: 2,
        stepBoundariesMs: [expect.any(Number), expect.any(Number)],
      },
    });
  });

  test("that is not used up changes nothing", async () => {
    const result = await runtimeOn(fakeRunner(busy)).runAgentLoop({ ...loop, toolCallBudget: 3 });
    expect(result).toMatchObject({ stopReason: "natural", text: "Done." });
  });
});

describe("a token budget", () => {
  test("that the end of the turn overdraws is a budget stop, with the text that there is", async () => {
    const result = await runtimeOn(fakeRunner(busy)).runAgentLoop({ ...loop, tokenBudget: 14 });
    expect(result).toMatchObject({
      stopReason: "budget",
      budget: "tokens",
      text: "Done.",
      metrics: { usage: reportedUsage, stepCount: 3 },
    });
  });

  test("that is used to the last token is kept", async () => {
    const result = await runtimeOn(fakeRunner(busy)).runAgentLoop({ ...loop, tokenBudget: 15 });
    expect(result).toMatchObject({ stopReason: "natural" });
  });

  test("is counted live where the transport tells live, and what it told is the usage", async () => {
    const reported: readonly TokenUsage[] = [
      { inputTokens: 10, outputTokens: 1 },
      { inputTokens: 10, outputTokens: 1 },
      { inputTokens: 40, outputTokens: 3 },
    ];
    const transport = signallingTransport(() =>
      busy.flatMap((event, index): TurnSignal[] => [
        { type: "usage", usage: reported[Math.min(index, 2)] ?? {} },
        asSignal(event),
      ]),
    );
    const result = await runtimeOn(transport).runAgentLoop({ ...loop, tokenBudget: 40 });
    expect(result).toMatchObject({
      stopReason: "budget",
      budget: "tokens",
      metrics: { usage: { inputTokens: 40, outputTokens: 3 }, stepCount: 0 },
    });
    expect(transport).toMatchObject({ released: true });
    expect(transport.turns[0]?.signal.aborted).toBe(true);
  });
});

describe("generateText", () => {
  const ask: GenerateTextInput = { role: "default", prompt: "Well?" };

  test.each([
    ["stepBudget", { stepBudget: 1 }, { budget: "steps", text: before, calls: 0 }],
    ["toolCallBudget", { toolCallBudget: 1 }, { budget: "tool-calls", text: before, calls: 1 }],
    ["tokenBudget", { tokenBudget: 1 }, { budget: "tokens", text: "Done.", calls: 2 }],
  ] as const)(
    "rejects with what there was when its %s is used up",
    async (name, bounds, { calls, ...remains }) => {
      const metrics: RunMetrics[] = [];
      const error: unknown = await runtimeOn(fakeRunner(busy))
        .generateText({ ...ask, ...bounds, onMetrics: (told) => metrics.push(told) })
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(BudgetError);
      expect(error).toMatchObject({
        ...remains,
        message: expect.stringContaining(`Raise \`${name}\``),
        toolCalls: { length: calls },
      });
      expect(metrics).toHaveLength(1);
    },
  );

  test.each(["stepBudget", "toolCallBudget", "tokenBudget"])(
    "refuses a %s below 1",
    async (name) => {
      const runner = fakeRunner(busy);
      await expect(runtimeOn(runner).generateText({ ...ask, [name]: 0 })).rejects.toThrow(
        `Expected \`${name}\` to be a whole number from 1, got 0.`,
      );
      expect(runner.inputs).toEqual([]);
    },
  );
});

test("a call that was running when the budget was used up is told as unfinished", async () => {
  const runner = fakeRunner([turnStarted, toolStarted("slow"), command, turnCompleted]);
  const result = await runtimeOn(runner).runAgentLoop({ ...loop, stepBudget: 1 });
  expect(result.toolCalls).toEqual([{ server: "ktx", tool: "slow", status: "unfinished" }]);
});
