import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { CodexKtxLlmRuntime, type RunTrace, runTraceChannelName } from "@ktx/codex-runtime";
import { answering, startCodexSim, toolCall } from "@ktx/codex-sim";
import { defineTool } from "@ktx/mcp-bridge";
import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { lintRecording, record } from "../src/index.ts";
import { newFile, replayedRuntime } from "./recorded-run.ts";

const look = defineTool({
  name: "look",
  description: "Looks.",
  inputSchema: z.object({ word: z.string() }),
  execute: ({ word }) => `seen ${word}`,
});
const loop = {
  modelRole: "default" as const,
  systemPrompt: "Be short.",
  userPrompt: "Look.",
  toolSet: { look },
  stepBudget: 5,
};

test.each(["exec", "app-server"] as const)(
  "a run of the real Codex on %s is replayed without Codex, to the same result",
  async (transport) => {
    const file = newFile();
    await using sim = await startCodexSim({
      script: answering((output) =>
        output === undefined ? [toolCall("look", { word: "a" })] : `Heard: ${output}`,
      ),
    });
    await using runtime = new CodexKtxLlmRuntime({
      projectDir: process.cwd(),
      modelSlots: { default: "gpt-5.5" },
      endpoint: { baseUrl: sim.baseUrl },
      transport,
      wrapTransport: (opened) => record(opened, file),
    });
    const recorded = await runtime.runAgentLoop(loop);
    await runtime[Symbol.asyncDispose]();
    const text = readFileSync(file, "utf8");
    expect(lintRecording(text)).toEqual([]);
    const replayed = await replayedRuntime(text, { tools: "run" }).runAgentLoop(loop);
    const result = ({ metrics: _metrics, toolCalls, ...others }: typeof recorded): object => ({
      ...others,
      toolCalls: toolCalls.map(({ durationMs: _duration, ...call }) => call),
    });
    expect(result(replayed)).toEqual(result(recorded));
    expect(replayed.metrics.usage).toEqual(recorded.metrics.usage);
    expect(text).toMatch(/"text":"Heard: [^"]*seen a"/);
  },
);

test("a run that is watched is recorded as one that is not: without its single responses", async () => {
  const spans: RunTrace["span"][] = [];
  const channel = `tracing:${runTraceChannelName}:asyncEnd`;
  const note = (message: unknown): void => void spans.push((message as RunTrace).span);
  subscribe(channel, note);
  onTestFinished(() => void unsubscribe(channel, note));
  const file = newFile();
  await using sim = await startCodexSim({ script: answering(() => "Hello.") });
  await using runtime = new CodexKtxLlmRuntime({
    projectDir: process.cwd(),
    modelSlots: { default: "gpt-5.5" },
    endpoint: { baseUrl: sim.baseUrl },
    transport: "app-server",
    wrapTransport: (opened) => record(opened, file),
  });
  await runtime.generateText({ role: "default", prompt: "Hi." });
  await runtime[Symbol.asyncDispose]();
  expect(spans).toEqual(["response", "turn", "attempt", "call"]);
  const recorded = readFileSync(file, "utf8");
  expect(lintRecording(recorded)).toEqual([]);
  expect(recorded).not.toMatch(/"type":"response/);
  expect(await replayedRuntime(recorded, {}).generateText({ role: "default", prompt: "Hi." })).toBe(
    "Hello.",
  );
});
