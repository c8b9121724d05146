import { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import { answering, startCodexSim, toolCall } from "@ktx/codex-sim";
import { defineTool } from "@ktx/mcp-bridge";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
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
