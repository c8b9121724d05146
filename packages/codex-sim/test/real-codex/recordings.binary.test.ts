import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startCodexSim } from "@ktx/codex-sim";
import { openCodexHome, type CodexHome } from "./open-codex-home.ts";
import { recordedSituations, unreadableAnswers } from "./recorded-situations.ts";
import { runCodex } from "./run-codex.ts";
import { startTestMcpServer } from "./start-test-mcp-server.ts";

let home: CodexHome;
let mcpServer: Awaited<ReturnType<typeof startTestMcpServer>>;

beforeAll(async () => {
  [home, mcpServer] = await Promise.all([openCodexHome(), startTestMcpServer()]);
});

afterAll(async () => {
  await mcpServer[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

describe("the real binary emits against the stand-in what it emitted when it was recorded", () => {
  test.concurrent.each(recordedSituations)(
    "$recording",
    async ({ recording, script, run, isParallel }) => {
      await using sim = await startCodexSim({ script });
      const needsTools = JSON.stringify(script).includes("mcp__ktx");
      const { events } = await runCodex({
        home,
        baseUrl: sim.baseUrl,
        ...(needsTools && { mcpUrl: mcpServer.url }),
        ...run,
      });
      const arrange = isParallel === true ? sortCalls : (all: readonly unknown[]) => all;
      const recorded = readRecording(recording).map(normalise);
      expect(arrange(events.map(normalise))).toEqual(arrange(recorded));
    },
  );
});

describe("what is no response stream ends the turn as a stream that closed too early", () => {
  test.each(unreadableAnswers)("%s", async (_name, answer) => {
    await using sim = await startCodexSim({ script: [answer] });
    const { events } = await runCodex({ home, baseUrl: sim.baseUrl });
    const message =
      "stream disconnected before completion: stream closed before response.completed";
    expect(events.slice(2)).toEqual([
      { type: "error", message },
      { type: "turn.failed", error: { message } },
    ]);
  });
});

// The recordings have one home, with their provenance.
const recordings = new URL("../../../codex-events/fixtures/codex-exec-0.163.0/", import.meta.url);

function readRecording(name: string): readonly unknown[] {
  return readFileSync(new URL(`${name}.jsonl`, recordings), "utf8")
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
}

/** The events with those of each tool call together. Codex numbers its items by their starts. */
function sortCalls(events: readonly unknown[]): readonly unknown[] {
  const lines = events.map((event) => JSON.stringify(event));
  const toolIn = (line: string): string => /"tool":"([^"]+)"/.exec(line)?.[1] ?? "";
  const isCall = (line: string): boolean => toolIn(line) !== "";
  const calls = lines
    .filter(isCall)
    .map((line) => line.replace(/"id":"item_\d+"/, '"id":"…"'))
    .toSorted((a, b) => toolIn(a).localeCompare(toolIn(b)));
  const start = lines.findIndex(isCall);
  return [...lines.slice(0, start), ...calls, ...lines.slice(start + calls.length)];
}

/** Everything is compared but the thread's id and the port. */
function normalise(event: unknown): unknown {
  const line = JSON.stringify(event)
    .replace(/"thread_id":"[^"]+"/, '"thread_id":"…"')
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT");
  return JSON.parse(line);
}
