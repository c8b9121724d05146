import { answering, reply, type SimReply, type SimRequest, text, toolCall } from "@ktx/codex-sim";
import { expect, test, vi } from "vitest";
import { noStepLeft, oneStepLeft } from "../../src/run/budget-standing.ts";
import { namespace, onEachTransport, startSceneOn } from "./scene.ts";
import { add } from "./tools.ts";

const loop = {
  modelRole: "default",
  systemPrompt: "",
  userPrompt: "Add!",
  toolSet: { add },
  stepBudget: 10,
};

/** Adds for ever, unless it is told that it is out of steps. */
const adding = answering((lastToolOutput) =>
  lastToolOutput?.includes(oneStepLeft) === true
    ? "I had to stop adding."
    : [toolCall("add", { a: 1, b: 2 }, { namespace })],
);

onEachTransport("a budget", ({ startScene }) => {
  test("a model that is told that one step is left can answer in time", async () => {
    await using scene = await startScene(adding);
    const result = await scene.runtime.runAgentLoop({
      ...loop,
      stepBudget: 3,
      announceBudget: true,
    });
    expect(result).toMatchObject({
      stopReason: "natural",
      text: "I had to stop adding.",
      metrics: { stepCount: 2 },
    });
    expect(scene.sim.requests.at(-1)?.toolOutputs.at(-1)?.output).toContain("The sum is 3.");
  });

  test("a model that is not told runs into its budget, and what it did is told", async () => {
    await using scene = await startScene(adding);
    const result = await scene.runtime.runAgentLoop({ ...loop, toolCallBudget: 2 });
    expect(result).toMatchObject({
      stopReason: "budget",
      budget: "tool-calls",
      toolCalls: [
        { server: "ktx", tool: "add", status: "completed" },
        { server: "ktx", tool: "add", status: "completed" },
      ],
    });
    expect(await scene.remainingCodexProcesses()).toEqual([]);
  });

  test("no tool runs beyond a budget, however late its end is seen", async () => {
    let ran = 0;
    const counted: typeof add = {
      ...add,
      execute: (input, context) => ((ran += 1), add.execute(input, context)),
    };
    await using scene = await startScene(({ index, toolOutputs }) =>
      toolOutputs.length < 2
        ? reply([toolCall("add", { a: index, b: 2 }, { namespace })])
        : reply([text("I had to stop adding.")]),
    );
    const result = await scene.runtime.runAgentLoop({
      ...loop,
      toolSet: { add: counted },
      stepBudget: 1,
      // The model goes on meanwhile.
      onStepFinish: () => vi.waitFor(() => expect(scene.sim.requests).toHaveLength(3), 60_000),
    });
    expect(result).toMatchObject({ stopReason: "budget", budget: "steps" });
    expect(ran).toBe(1);
    expect(scene.sim.requests[2]?.toolOutputs.at(-1)?.output).toContain(noStepLeft);
  });
});

test("over exec, a budget of tokens is counted when Codex tells them: at the end", async () => {
  await using scene = await startSceneOn("exec", [
    reply([text("So much to say.")], { usage: { inputTokens: 900, outputTokens: 200 } }),
  ]);
  const answer = scene.runtime.generateText({
    role: "default",
    prompt: "Tell me everything.",
    tokenBudget: 1_000,
  });
  await expect(answer).rejects.toMatchObject({
    name: "BudgetError",
    budget: "tokens",
    text: "So much to say.",
    usage: { totalTokens: 1_100 },
  });
});

test("over the app-server, a budget of tokens is counted while the run goes on, and ends it", async () => {
  const slowly = ({ index }: SimRequest): SimReply =>
    reply([toolCall("add", { a: index, b: 2 }, { namespace })], { beforeHeadersMs: 100 });
  await using scene = await startSceneOn("app-server", slowly);
  const result = await scene.runtime.runAgentLoop({ ...loop, tokenBudget: 40 });
  expect(result).toMatchObject({
    stopReason: "budget",
    budget: "tokens",
    metrics: { usage: { totalTokens: 45 } },
  });
  // Codex may have asked again before it was ended, but had no answer any more.
  expect(scene.sim.requests.length).toBeLessThanOrEqual(4);
  expect(await scene.remainingCodexProcesses()).toEqual([]);
});

test("over the app-server, a run that is out of room says so, whatever its budget of tokens", async () => {
  const script = answering((lastToolOutput) =>
    lastToolOutput === undefined
      ? [toolCall("add", { a: 1, b: 2 }, { namespace })]
      : reply([], {
          finish: { failed: { code: "context_length_exceeded", message: "Too long." } },
        }),
  );
  await using scene = await startSceneOn("app-server", script);
  const result = await scene.runtime.runAgentLoop({ ...loop, tokenBudget: 1_000 });
  expect(result).toMatchObject({
    stopReason: "error",
    error: { failure: { kind: "context-length" } },
    metrics: { usage: { totalTokens: 15 } },
  });
});
