import { describe, expect, test } from "vitest";
import type { RunMetrics } from "../../src/index.ts";
import {
  fakeRunner,
  message,
  provisionalError,
  reportedUsage,
  threadStarted,
  toolCalled,
  turnCompleted,
  turnFailed,
  turnStarted,
} from "../fake-runner.ts";
import { answered, fakeBridge, runtimeOn, search } from "../runtime-on-fakes.ts";

describe("generateText", () => {
  test("gives the last message of a completed turn", async () => {
    const runner = fakeRunner([
      threadStarted,
      turnStarted,
      message("Hm."),
      message("Yes."),
      turnCompleted,
    ]);
    expect(await runtimeOn(runner).generateText({ role: "default", prompt: "Well?" })).toBe("Yes.");
  });

  test("asks the runner for the role's model with system and prompt in one text", async () => {
    const runner = fakeRunner(answered);
    await runtimeOn(runner).generateText({ role: "triage", system: "Be brief.", prompt: "Well?" });
    expect(runner.inputs).toMatchObject([
      { projectDir: "/project", model: "gpt-5.4-mini", prompt: "Be brief.\n\nWell?" },
    ]);
  });

  test("runs a role without a slot on the default model, and knows the alias for it", async () => {
    const runner = fakeRunner(answered);
    await runtimeOn(runner).generateText({ role: "curator", prompt: "Well?" });
    expect(runner.inputs[0]?.model).toBe("gpt-5.5");
  });

  test("allows no writing, asking, searching or history, whatever the runner", async () => {
    const runner = fakeRunner(answered);
    await runtimeOn(runner).generateText({ role: "default", prompt: "Well?" });
    expect(runner.inputs[0]).toMatchObject({
      env: {},
      configOverrides: {
        sandbox_mode: "read-only",
        approval_policy: "never",
        web_search: "disabled",
        history: { persistence: "none" },
      },
    });
    expect(runner.inputs[0]?.configOverrides).not.toHaveProperty("mcp_servers");
  });

  test("reports metrics on success", async () => {
    const metrics: RunMetrics[] = [];
    await runtimeOn(fakeRunner(answered)).generateText({
      role: "default",
      prompt: "Well?",
      onMetrics: (reported) => metrics.push(reported),
    });
    expect(metrics).toEqual([{ totalMs: expect.any(Number), usage: reportedUsage }]);
  });

  test("reports metrics on failure, and rejects with the failure's sentence", async () => {
    const metrics: RunMetrics[] = [];
    const text = runtimeOn(fakeRunner([turnStarted, turnFailed("rate limit exceeded: slow down")]));
    const answer = text.generateText({
      role: "default",
      prompt: "Well?",
      onMetrics: (reported) => metrics.push(reported),
    });
    await expect(answer).rejects.toMatchObject({
      name: "CodexError",
      failure: { kind: "rate-limit" },
      message: expect.stringContaining("slow down"),
    });
    expect(metrics).toHaveLength(1);
  });

  test.each([
    ["no message at all", [turnStarted, turnCompleted]],
    ["an empty message", [turnStarted, message(" \n"), turnCompleted]],
  ])("rejects a completed turn with %s as an empty turn", async (_, events) => {
    const answer = runtimeOn(fakeRunner(events)).generateText({ role: "default", prompt: "Well?" });
    await expect(answer).rejects.toMatchObject({ failure: { kind: "empty-turn" } });
  });

  test("lets the events decide when the stream throws after them", async () => {
    const runner = fakeRunner(
      [
        turnStarted,
        provisionalError("x"),
        turnFailed("Quota exceeded. Check your plan and billing details."),
      ],
      { throws: new Error("Codex Exec exited with code 1: Reading prompt from stdin...") },
    );
    const answer = runtimeOn(runner).generateText({ role: "default", prompt: "Well?" });
    await expect(answer).rejects.toMatchObject({
      failure: { kind: "usage-limit" },
      message: expect.stringContaining("Quota exceeded"),
    });
  });

  test("keeps the answer of a turn that completed before the stream threw", async () => {
    const runner = fakeRunner(answered, { throws: new Error("Codex Exec exited with code 1: ") });
    expect(await runtimeOn(runner).generateText({ role: "default", prompt: "Well?" })).toBe(
      "The answer.",
    );
  });

  test("falls back to what the stream threw when there was no event", async () => {
    const thrown = new Error("Codex Exec exited with signal SIGKILL: ");
    const answer = runtimeOn(fakeRunner([], { throws: thrown })).generateText({
      role: "default",
      prompt: "Well?",
    });
    await expect(answer).rejects.toMatchObject({ failure: { kind: "process" }, cause: thrown });
  });

  test("takes a reconnect that recovered for a success", async () => {
    const runner = fakeRunner([
      turnStarted,
      provisionalError("Reconnecting... 1/2 (stream disconnected before completion)"),
      message("Here again."),
      turnCompleted,
    ]);
    expect(await runtimeOn(runner).generateText({ role: "default", prompt: "Well?" })).toBe(
      "Here again.",
    );
  });

  test("says so when the stream ends without a word", async () => {
    const answer = runtimeOn(fakeRunner([turnStarted])).generateText({
      role: "default",
      prompt: "Well?",
    });
    await expect(answer).rejects.toMatchObject({ failure: { kind: "stream-disconnected" } });
  });

  test("offers its tools too, and fails with the reason when one of their calls failed", async () => {
    const bridge = fakeBridge();
    const runner = fakeRunner([
      message("I look."),
      toolCalled("wiki_search", { status: "failed", error: { message: "the index is gone" } }),
      turnCompleted,
    ]);
    const answer = runtimeOn(runner, { startMcpServer: bridge.start }).generateText({
      role: "default",
      prompt: "Look!",
      tools: { search },
    });
    await expect(answer).rejects.toThrow(
      "Codex runtime tool call failed: wiki_search: the index is gone",
    );
    expect(bridge.closed()).toBe(1);
  });
});
