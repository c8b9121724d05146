import { describe, expect, test } from "vitest";
import { initialTurnState, summarizeTurn } from "../src/index.ts";
import {
  agentMessage,
  fold,
  provisionalError,
  toolCall,
  turnCompleted,
  turnFailed,
  turnStarted,
  warning,
} from "./events.ts";

test("a completed turn is summarized whole", () => {
  const state = fold(
    { type: "thread.started", thread_id: "t" },
    turnStarted,
    warning("careful"),
    provisionalError("Reconnecting... 1/2 (cut)"),
    toolCall({ status: "failed", result: null, error: { message: "no" } }),
    agentMessage("the answer"),
    {
      type: "turn.completed",
      usage: {
        input_tokens: 10,
        cached_input_tokens: 2,
        output_tokens: 5,
        reasoning_output_tokens: 1,
      },
    },
  );
  expect(summarizeTurn(state)).toEqual({
    outcome: "completed",
    finalText: "the answer",
    stepCount: 1,
    stepBoundariesMs: [40],
    toolCallCount: 1,
    toolFailures: [{ server: "ktx", tool: "wiki_search", message: "no", recovered: true }],
    warnings: ["careful"],
    recoveries: 1,
    usage: {
      inputTokens: 10,
      cachedInputTokens: 2,
      outputTokens: 5,
      reasoningOutputTokens: 1,
      totalTokens: 15,
    },
    threadId: "t",
  });
});

test("a turn of which nothing was heard is incomplete and has no failure", () => {
  expect(summarizeTurn(initialTurnState())).toEqual({
    outcome: "incomplete",
    stepCount: 0,
    stepBoundariesMs: [],
    toolCallCount: 0,
    toolFailures: [],
    warnings: [],
    recoveries: 0,
    usage: {},
  });
});

describe("failure", () => {
  test("a reconnect is none in a turn that completes", () => {
    const state = fold(provisionalError("Reconnecting... 1/2 (cut)"), turnCompleted);
    expect(summarizeTurn(state)).not.toHaveProperty("failure");
  });

  test("the last error is that of a stream that ends without a terminal event", () => {
    const state = fold(
      provisionalError("first"),
      provisionalError(
        "Reconnecting... waiting for network (Connection failed: error sending request)",
      ),
    );
    expect(summarizeTurn(state)).toMatchObject({
      outcome: "incomplete",
      recoveries: 0,
      failure: { kind: "network", message: "Connection failed: error sending request" },
    });
  });

  test("a failed turn survived none of its errors", () => {
    const state = fold(provisionalError("Reconnecting... 1/2 (bad)"), turnFailed("bad"));
    expect(summarizeTurn(state)).toMatchObject({ outcome: "failed", recoveries: 0 });
  });

  test("the text of a response that was cut comes with it", () => {
    const state = fold(
      agentMessage("half an ans"),
      turnFailed("Incomplete response returned, reason: max_output_tokens"),
    );
    expect(summarizeTurn(state).failure).toMatchObject({
      kind: "incomplete-response",
      partialText: "half an ans",
    });
  });

  test("what the caller knows makes it precise", () => {
    const state = fold(
      turnFailed('{"error":{"code":"model_not_found","message":"No such model"}}'),
    );
    expect(summarizeTurn(state, { model: "gpt-x" }).failure).toMatchObject({ model: "gpt-x" });
  });
});

describe("usage", () => {
  test.each<[string, unknown, object]>([
    ["none when none was reported", undefined, {}],
    ["none when it is null", null, {}],
    ["zero only when zero was reported", { input_tokens: 0 }, { inputTokens: 0 }],
    [
      "the total as input and output",
      { input_tokens: 2, output_tokens: 3 },
      { inputTokens: 2, outputTokens: 3, totalTokens: 5 },
    ],
    [
      "the total as it was given",
      { input_tokens: 2, output_tokens: 3, total_tokens: 9 },
      { inputTokens: 2, outputTokens: 3, totalTokens: 9 },
    ],
    ["no total from one half", { output_tokens: 3 }, { outputTokens: 3 }],
  ])("is %s", (_, usage, expected) => {
    expect(summarizeTurn(fold({ type: "turn.completed", usage })).usage).toEqual(expected);
  });
});
