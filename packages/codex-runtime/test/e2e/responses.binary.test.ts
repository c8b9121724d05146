import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answering, reply, text, toolCall } from "@ktx/codex-sim";
import type { ThreadEvent } from "@ktx/codex-events";
import { defineTool } from "@ktx/mcp-bridge";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { type ResponseTrace, type RunTrace, runTraceChannelName } from "../../src/index.ts";
import { codexUnderTest } from "../codex-under-test.ts";
import { startSceneOn, stageOn } from "./scene.ts";

/** The responses that have ended, by the channel, until the end of the test. */
function listen(): readonly ResponseTrace[] {
  const responses: ResponseTrace[] = [];
  onResponse("asyncEnd", (trace) => responses.push(trace));
  return responses;
}

function onResponse(event: "start" | "asyncEnd", react: (trace: ResponseTrace) => unknown): void {
  const channel = `tracing:${runTraceChannelName}:${event}`;
  const note = (message: unknown): void => {
    const trace = message as RunTrace;
    if (trace.span === "response") react(trace);
  };
  subscribe(channel, note);
  onTestFinished(() => void unsubscribe(channel, note));
}

/** The real Codex behind a script that writes all that it is sent to a file. */
async function overheardCodex(): Promise<{
  readonly codexPath: string;
  readonly sent: () => string;
}> {
  const folder = await makeTestFolder("overheard");
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const [codexPath, log] = [join(folder.path, "codex"), join(folder.path, "sent.jsonl")];
  writeFileSync(
    codexPath,
    `#!/bin/bash\nexec 3<&0\nexec '${codexUnderTest.codexPath}' "$@" < <(exec tee -a '${log}' <&3)\n`,
  );
  chmodSync(codexPath, 0o755);
  return { codexPath, sent: () => readFileSync(log, "utf8") };
}

const look = defineTool({
  name: "look",
  description: "Looks.",
  inputSchema: z.object({}),
  execute: () => "seen",
});

/** One call with a tool; the types of its events. */
async function run(codexPath: string): Promise<readonly string[]> {
  await using scene = await startSceneOn(
    "app-server",
    answering((output) => (output === undefined ? [toolCall("look", {})] : `Heard: ${output}`)),
    { codexPath },
  );
  const events: ThreadEvent[] = [];
  await scene.runtime.generateText({
    role: "default",
    prompt: "Look.",
    tools: { look },
    onEvent: (event) => void events.push(event),
  });
  return events.map((event) => ("item" in event ? `${event.type} ${event.item.type}` : event.type));
}

test("raw events are asked for only with a subscriber, and the caller's events are the same", async () => {
  const codex = await overheardCodex();
  const alone = await run(codex.codexPath);
  expect(codex.sent()).toContain('"method":"thread/start"');
  expect(codex.sent()).not.toContain('"experimentalRawEvents":true');
  const responses = listen();
  const observed = await run(codex.codexPath);
  expect(codex.sent()).toContain('"experimentalRawEvents":true');
  expect(observed).toEqual(alone);
  expect(responses).toMatchObject([
    { outcome: "completed", toolCalls: 1, responseId: "resp_1", server: { address: "127.0.0.1" } },
    { outcome: "completed", toolCalls: 0, responseId: "resp_2" },
  ]);
  expect(
    responses.every(({ firstChunkMs = -1, durationMs = -2 }) => firstChunkMs <= durationMs),
  ).toBe(true);
});

test("a thread that asks for its responses has them as events and as spans", async () => {
  const responses = listen();
  await using scene = await stageOn("app-server").startScene([
    reply([text("Hello.")]),
    reply([text("Hello again.")]),
  ]);
  await using thread = scene.runtime.openThread({ role: "default", reportsResponses: true });
  const types: string[] = [];
  await thread.generateText({ prompt: "Hi.", onEvent: ({ type }) => void types.push(type) });
  await thread.generateText({ prompt: "Again.", onEvent: ({ type }) => void types.push(type) });
  expect(types.filter((type) => type === "response.completed")).toHaveLength(2);
  expect(responses.map(({ outcome, responseId }) => [outcome, responseId])).toEqual([
    ["completed", "resp_1"],
    ["completed", "resp_2"],
  ]);
});

test.each(["dynamic", "mcp"] as const)(
  "a response is under way while the service thinks, with tools over %s",
  async (toolTransport) => {
    const responses = listen();
    const starts: string[] = [];
    const hasStartedTwice = Promise.withResolvers<void>();
    onResponse("start", ({ id }) => {
      if (starts.push(id) === 2) hasStartedTwice.resolve();
    });
    await using scene = await stageOn("app-server").startScene(
      async ({ index }) => {
        if (index === 0) return reply([toolCall("look", {}), toolCall("look", {})]);
        // Answers only once the span of this request has begun.
        await hasStartedTwice.promise;
        return reply([text("Seen twice.")]);
      },
      { toolTransport },
    );
    await scene.runtime.generateText({ role: "default", prompt: "Look.", tools: { look } });
    expect(responses.map(({ id, toolCalls }) => [id, toolCalls])).toEqual([
      [starts[0], 2],
      [starts[1], 0],
    ]);
  },
);

test("a thread from disk has no responses: Codex takes the request for them only with a new thread", async () => {
  const responses = listen();
  const home = await makeTestFolder("responses");
  onTestFinished(() => home[Symbol.asyncDispose]());
  await using scene = await stageOn("app-server").startScene(
    [reply([text("One.")]), reply([text("Two.")])],
    { env: { HOME: home.path, PATH: process.env["PATH"] } },
  );
  const thread = scene.runtime.openThread({ role: "default", persist: true });
  await thread.generateText({ prompt: "Hi." });
  const { id = "" } = thread;
  await thread[Symbol.asyncDispose]();
  expect(responses).toHaveLength(1);
  await using again = scene.runtime.resumeThread(id, { role: "default" });
  expect(await again.generateText({ prompt: "Again." })).toBe("Two.");
  expect(responses).toHaveLength(1);
});
