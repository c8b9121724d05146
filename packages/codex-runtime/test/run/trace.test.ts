import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { defineTool } from "@ktx/mcp-bridge";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { type RunTrace, runTraceChannelName } from "../../src/index.ts";
import { createScriptedRuntime } from "../../src/testing/index.ts";

interface Told {
  readonly event: "start" | "asyncEnd" | "error";
  readonly trace: RunTrace;
}

/** What the tracing channel says from now until the end of the test, each message as it was then. */
function listen(): readonly Told[] {
  const told: Told[] = [];
  for (const event of ["start", "asyncEnd", "error"] as const) {
    const channel = `tracing:${runTraceChannelName}:${event}`;
    const note = (message: unknown): void =>
      void told.push({ event, trace: structuredClone(message) as RunTrace });
    subscribe(channel, note);
    onTestFinished(() => void unsubscribe(channel, note));
  }
  return told;
}

const tool = defineTool({
  name: "look",
  description: "Looks.",
  inputSchema: z.object({ secretWord: z.string() }),
  execute: ({ secretWord }) => `seen ${secretWord}`,
});

const script = [
  {
    toolCalls: [{ tool: "look", arguments: { secretWord: "xyzzy" } }],
    text: "The answer is plugh.",
    usage: { totalTokens: 7 },
  },
];
const ask = { role: "default", prompt: "Tell me about frotz.", tools: { tool } } as const;

describe("the tracing channel", () => {
  test("reports start and end of call, attempt, turn and tool call, tied by their ids", async () => {
    const told = listen();
    await createScriptedRuntime(script).generateText({ ...ask, telemetryTags: { job: "tidy" } });
    const starts = told.filter(({ event }) => event === "start").map(({ trace }) => trace);
    expect(starts.map(({ span }) => span)).toEqual(["call", "attempt", "turn", "tool-call"]);
    starts.slice(1).forEach((trace, index) => expect(trace.parentId).toBe(starts[index]?.id));
    const ends = told.filter(({ event }) => event === "asyncEnd").map(({ trace }) => trace);
    expect(ends).toMatchObject([
      { span: "tool-call", name: "look", outcome: "ok", durationMs: expect.any(Number) },
      { span: "turn", outcome: "completed", usage: { totalTokens: 7 }, stepCount: 1 },
      { span: "attempt", attempt: 1 },
      {
        span: "call",
        method: "generateText",
        role: "default",
        model: "gpt-5.5",
        telemetryTags: { job: "tidy" },
        end: "done",
        metrics: { usage: { totalTokens: 7 } },
      },
    ]);
    expect(told.filter(({ event }) => event === "error")).toEqual([]);
  });

  test("has no content unless it is asked for", async () => {
    const told = listen();
    await createScriptedRuntime(script).generateText({ ...ask, system: "Be grue." });
    expect(JSON.stringify(told)).not.toMatch(/xyzzy|plugh|frotz|grue/);
  });

  test("has prompts, arguments, results and answers where it is asked for", async () => {
    const told = listen();
    const runtime = createScriptedRuntime(script, { traceContent: true });
    await runtime.generateText({ ...ask, system: "Be grue." });
    const ends = told.filter(({ event }) => event === "asyncEnd").map(({ trace }) => trace);
    expect(ends).toMatchObject([
      { content: { arguments: { secretWord: "xyzzy" }, result: "seen xyzzy" } },
      { span: "turn" },
      { span: "attempt" },
      {
        content: {
          prompt: "Tell me about frotz.",
          instructions: "Be grue.",
          text: "The answer is plugh.",
        },
      },
    ]);
  });

  test("has no secret in its content that only its form or its name tells", async () => {
    const told = listen();
    const given = "password=HUNTER2SECRETxyz";
    const fail = defineTool({
      name: "fail",
      description: "Fails.",
      inputSchema: z.object({}),
      execute: () => {
        throw new Error(given);
      },
    });
    const calls = [
      { tool: "look", arguments: { secretWord: given, password: "HUNTER2SECRETxyz" } },
      { tool: "fail", arguments: {} },
    ];
    await createScriptedRuntime([{ toolCalls: calls, text: given }], {
      traceContent: true,
    }).generateText({
      role: "default",
      prompt: given,
      system: given,
      tools: { look: { ...tool, inputSchema: z.looseObject({ secretWord: z.string() }) }, fail },
    });
    const all = inspect(told, { depth: 9 });
    expect(all).toContain("password=[redacted]");
    expect(all).not.toContain("HUNTER2");
  });

  test("has no key of the environment in its content, however it is written", async () => {
    const key = 'sk-proj-"quoted"-0123456789abcdef';
    const escaped = JSON.stringify(key).slice(1, -1);
    const told = listen();
    const runtime = createScriptedRuntime(
      [
        {
          toolCalls: [
            { tool: "look", arguments: { secretWord: key, [key]: escaped } },
            { tool: "fail", arguments: {} },
          ],
          text: `The key is ${key}.`,
        },
      ],
      { traceContent: true, env: { CODEX_API_KEY: key } },
    );
    const fail = defineTool({
      name: "fail",
      description: "Fails.",
      inputSchema: z.object({}),
      execute: () => {
        throw new Error(`No entry for ${key}.`);
      },
    });
    await runtime.generateText({
      role: "default",
      prompt: `Use ${key}.`,
      system: `Mind ${encodeURIComponent(key)}.`,
      tools: { look: { ...tool, inputSchema: z.looseObject({ secretWord: z.string() }) }, fail },
    });
    const ends = told.filter(({ event }) => event === "asyncEnd").map(({ trace }) => trace);
    expect(ends).toMatchObject([
      { content: { arguments: { secretWord: "[redacted]" }, result: "seen [redacted]" } },
      { name: "fail", error: "No entry for [redacted]." },
      { span: "turn" },
      { span: "attempt" },
      {
        content: {
          prompt: "Use [redacted].",
          instructions: "Mind [redacted].",
          text: "The key is [redacted].",
        },
      },
    ]);
    for (const part of [key, escaped, "0123456789abcdef"])
      expect(told.map(({ trace }) => inspect(trace, { depth: 9 })).join()).not.toContain(part);
  });

  test("reports failures as errors of their spans, and each attempt for itself", async () => {
    const told = listen();
    const runtime = createScriptedRuntime([{ failure: { kind: "server" } }, { text: "Here." }], {
      maxRetries: 1,
      random: () => 0,
    });
    await runtime.generateText({ role: "default", prompt: "Go." });
    const errors = told.filter(({ event }) => event === "error").map(({ trace }) => trace);
    expect(errors).toMatchObject([{ span: "attempt", attempt: 1, error: { kind: "server" } }]);
    const ends = told.filter(({ event }) => event === "asyncEnd").map(({ trace }) => trace);
    expect(ends.at(-1)).toMatchObject({ span: "call", end: "done", metrics: { attempts: 2 } });
  });

  test("says how each kind of call ended", async () => {
    const told = listen();
    const failing = { failure: { kind: "auth" } } as const;
    const runtime = createScriptedRuntime([failing, failing, { text: "x" }, { text: "x" }]);
    const schema = z.object({ n: z.number() });
    await runtime.generateText({ role: "default", prompt: "Go." }).catch(() => {});
    await runtime.runAgentLoop({
      modelRole: "default",
      systemPrompt: "",
      userPrompt: "Go.",
      toolSet: {},
      stepBudget: 1,
    });
    await runtime.generateObject({ role: "default", prompt: "Go.", schema }).catch(() => {});
    const calls = told.flatMap(({ event, trace }) =>
      event === "asyncEnd" && trace.span === "call" ? [[trace.method, trace.end]] : [],
    );
    expect(calls).toEqual([
      ["generateText", "failed"],
      ["runAgentLoop", "failed"],
      ["generateObject", "invalid-output"],
    ]);
  });
});
