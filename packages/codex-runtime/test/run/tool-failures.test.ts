import { describe, expect, test } from "vitest";
import { type RunMetrics, ToolCallError, type ToolFailurePolicy } from "../../src/index.ts";
import {
  fakeRunner,
  fakeRunnerInTurns,
  message,
  toolCalled,
  toolStarted,
  turnCompleted,
  turnFailed,
  turnStarted,
} from "../fake-runner.ts";
import { loop, runtimeOn } from "../runtime-on-fakes.ts";

const refused = "The arguments of sql are invalid:\nExpected a string\nCorrect them.";
const failed = toolCalled("sql", {
  status: "failed",
  arguments: { sql: 5 },
  result: { content: [{ type: "text", text: refused }] },
});
const corrected = toolCalled("sql", { arguments: { sql: "select 1" } });

const streams = {
  "corrected, and answered": [failed, corrected, message("1")],
  "corrected, and nothing said": [failed, corrected],
  "not corrected, but answered": [failed, message("It does not take that.")],
  "not corrected, and nothing said": [failed],
  "not corrected, with a message before it": [message("I try."), failed],
  "followed by another tool's success": [failed, toolCalled("read")],
} as const;

describe.each<[ToolFailurePolicy | undefined, readonly (keyof typeof streams)[]]>([
  [
    undefined,
    ["corrected, and answered", "corrected, and nothing said", "not corrected, but answered"],
  ],
  [
    "recover",
    ["corrected, and answered", "corrected, and nothing said", "not corrected, but answered"],
  ],
  ["fail", []],
  ["continue", Object.keys(streams) as (keyof typeof streams)[]],
])("with `onToolFailure: %s`", (onToolFailure, natural) => {
  test.each(Object.entries(streams))(
    "a call that was %s ends the loop so",
    async (name, events) => {
      const runner = fakeRunner([turnStarted, ...events, turnCompleted]);
      const result = await runtimeOn(runner).runAgentLoop(
        loop(onToolFailure === undefined ? {} : { onToolFailure }),
      );
      const isNatural = natural.some((title) => title === name);
      expect(result).toMatchObject({
        stopReason: isNatural ? "natural" : "error",
        toolFailures: [{ server: "ktx", tool: "sql", message: refused }],
        metrics: { toolFailureCount: 1 },
      });
      expect(result.error?.message).toBe(
        isNatural ? undefined : `Codex runtime tool call failed: sql: ${refused}`,
      );
    },
  );
});

test("the result tells which failures were recovered, and the error names the others", async () => {
  const lost = toolCalled("read", { status: "failed", error: { message: "gone" } });
  const runner = fakeRunner([turnStarted, failed, corrected, lost, turnCompleted]);
  const result = await runtimeOn(runner).runAgentLoop(loop());
  expect(result.toolFailures).toMatchObject([
    { tool: "sql", recovered: true },
    { tool: "read", recovered: false },
  ]);
  expect(result.error?.message).toBe("Codex runtime tool call failed: read: gone");
});

test("a text whose call was corrected is given, and its metrics count the failure", async () => {
  const metrics: RunMetrics[] = [];
  const runner = fakeRunner([turnStarted, failed, corrected, message("1"), turnCompleted]);
  const answer = await runtimeOn(runner).generateText({
    role: "default",
    prompt: "How many?",
    onMetrics: (told) => metrics.push(told),
  });
  expect(answer).toBe("1");
  expect(metrics).toMatchObject([{ toolFailureCount: 1 }]);
});

test("a text whose only message came before the failure is refused, with what there was of it", async () => {
  const runner = fakeRunner([turnStarted, message("I try."), failed, turnCompleted]);
  const answer = runtimeOn(runner).generateText({ role: "default", prompt: "How many?" });
  await expect(answer).rejects.toBeInstanceOf(ToolCallError);
  await expect(answer).rejects.toMatchObject({
    text: "I try.",
    toolFailures: [{ tool: "sql", recovered: false }],
    toolCalls: [{ tool: "sql", status: "failed", arguments: { sql: 5 }, error: refused }],
  });
});

test("the failures of an attempt that was repeated are in the result, and do not decide", async () => {
  const first = fakeRunner([
    turnStarted,
    failed,
    turnFailed("stream disconnected before completion"),
  ]);
  const second = fakeRunner([turnStarted, message("1"), turnCompleted]);
  const result = await runtimeOn(fakeRunnerInTurns(first, second), {
    maxRetries: 1,
    retryAfterSideEffects: true,
  }).runAgentLoop(loop({ onToolFailure: "fail" }));
  expect(result).toMatchObject({
    stopReason: "natural",
    toolFailures: [{ tool: "sql", recovered: true }],
    metrics: { attempts: 2, toolFailureCount: 1 },
  });
});

test.each<unknown>(["ignore", "Fail", "", 1, {}])(
  "`onToolFailure: %j` is refused with a sentence, before anything is started",
  async (value) => {
    const runner = fakeRunner([]);
    const onToolFailure = value as ToolFailurePolicy;
    const wrong =
      /^Expected `onToolFailure` to be "recover", "fail" or "continue", got .*Leave it out/;
    expect(() => runtimeOn(runner, { onToolFailure })).toThrow(wrong);
    const work = runtimeOn(runner).runAgentLoop(loop({ onToolFailure }));
    await expect(work).rejects.toThrow(wrong);
    expect(runner.inputs).toEqual([]);
  },
);

describe("a reported call", () => {
  test("has its arguments, its duration, and its result or its error", async () => {
    const started = {
      type: "item.started",
      item: {
        id: "item_sql",
        type: "mcp_tool_call",
        server: "ktx",
        tool: "sql",
        arguments: { sql: 5 },
      },
    };
    const runner = fakeRunner([
      turnStarted,
      started,
      failed,
      corrected,
      message("1"),
      turnCompleted,
    ]);
    const { toolCalls } = await runtimeOn(runner).runAgentLoop(loop());
    expect(toolCalls).toEqual([
      {
        server: "ktx",
        tool: "sql",
        status: "failed",
        arguments: { sql: 5 },
        durationMs: 10,
        error: refused,
      },
      {
        server: "ktx",
        tool: "sql",
        status: "completed",
        arguments: { sql: "select 1" },
        result: { content: [{ type: "text", text: "fine" }] },
      },
    ]);
  });

  test("that never ended has its arguments", async () => {
    const runner = fakeRunner([turnStarted, toolStarted("slow"), message("Done."), turnCompleted]);
    const { toolCalls } = await runtimeOn(runner).runAgentLoop(loop());
    expect(toolCalls).toEqual([{ server: "ktx", tool: "slow", status: "unfinished" }]);
  });

  test.each<[string, unknown]>([
    ["one long text", "x".repeat(1_000_000)],
    ["many texts", Array.from({ length: 5_000 }, (_, at) => `text ${at} ${"x".repeat(900)}`)],
    ["many keys", Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`key ${at}`, at]))],
    [
      "lists in lists",
      Array.from({ length: 30 }, () => Array.from({ length: 30 }, () => "x".repeat(500))),
    ],
    ["deep nesting", JSON.parse(`${'{"a":'.repeat(500)}1${"}".repeat(500)}`)],
  ])("is bounded: %s", async (_, value) => {
    const called = toolCalled("sql", { arguments: { value }, result: { content: [value] } });
    const runner = fakeRunner([turnStarted, called, message("1"), turnCompleted]);
    const { toolCalls } = await runtimeOn(runner).runAgentLoop(loop());
    expect(JSON.stringify(toolCalls).length).toBeLessThan(12_000);
  });

  test("is well-formed Unicode where it was cut", async () => {
    const called = toolCalled("sql", { arguments: { text: `${"x".repeat(999)}😀` } });
    const runner = fakeRunner([turnStarted, called, message("1"), turnCompleted]);
    const { toolCalls } = await runtimeOn(runner).runAgentLoop(loop());
    expect(JSON.stringify(toolCalls).isWellFormed()).toBe(true);
    expect(JSON.stringify(toolCalls)).not.toContain("\\ud83d");
  });

  test("holds no key of the run, in arguments, in names, or in results", async () => {
    const apiKey = "key-of-this-run-0123456789";
    const value = { [apiKey]: apiKey, list: [`Bearer ${apiKey}`] };
    const called = toolCalled("sql", {
      arguments: value,
      result: { content: [{ type: "text", text: apiKey }], structured_content: value },
    });
    const runner = fakeRunner([turnStarted, called, message("1"), turnCompleted]);
    const { toolCalls } = await runtimeOn(runner, { env: { CODEX_API_KEY: apiKey } }).runAgentLoop(
      loop(),
    );
    expect(JSON.stringify(toolCalls)).toContain("[redacted]");
    expect(JSON.stringify(toolCalls)).not.toContain(apiKey);
  });
});
