import { CodexError, type RunMetrics } from "@ktx/codex-runtime";
import type { RuntimeScript } from "@ktx/codex-runtime/testing";
import { defineTool } from "@ktx/mcp-bridge";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { lintRecording, replayText } from "../src/index.ts";
import { recordedRuntime, replayedRuntime } from "./recorded-run.ts";

let looked = 0;
const look = defineTool({
  name: "look",
  description: "Looks.",
  inputSchema: z.object({ word: z.string() }),
  execute: ({ word }) => {
    looked += 1;
    return `seen ${word}`;
  },
});
const usage = { inputTokens: 50, outputTokens: 9, totalTokens: 59 };
const script: RuntimeScript = [
  { toolCalls: [{ tool: "look", arguments: { word: "a" } }], text: "It is a.", deltas: 3, usage },
];
const ask = { role: "default", prompt: "Look.", system: "Be short.", tools: { look } };

async function recordOne(): Promise<string> {
  const { runtime, text } = recordedRuntime(script);
  expect(await runtime.generateText(ask)).toBe("It is a.");
  return text();
}

async function piecesOf(stream: AsyncIterable<string>): Promise<readonly string[]> {
  const pieces: string[] = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces;
}

describe("a replayed run", () => {
  test("has the answer, the pieces, the events and the usage of the recorded one, and runs no tool", async () => {
    const { runtime, text } = recordedRuntime(script);
    const seen = { events: [] as unknown[], metrics: [] as RunMetrics[] };
    const stream = runtime.streamText({ ...ask, onEvent: (event) => void seen.events.push(event) });
    const recordedPieces = await piecesOf(stream.textStream);
    looked = 0;
    const events: unknown[] = [];
    const again = replayedRuntime(text()).streamText({
      ...ask,
      onEvent: (event) => void events.push(event),
      onMetrics: (metrics) => void seen.metrics.push(metrics),
    });
    expect(await piecesOf(again.textStream)).toEqual(recordedPieces);
    expect(events).toEqual(seen.events);
    expect(seen.metrics).toMatchObject([{ usage }]);
    expect(looked).toBe(0);
  });

  test("runs the tools where they are asked for, and takes the same answers", async () => {
    const text = await recordOne();
    looked = 0;
    expect(await replayedRuntime(text, { tools: "run" }).generateText(ask)).toBe("It is a.");
    expect(looked).toBe(1);
  });

  test("fails where a tool answers differently, with both answers", async () => {
    const text = await recordOne();
    const other = defineTool({
      name: "look",
      description: "Looks.",
      inputSchema: z.object({ word: z.string() }),
      execute: () => "seen nothing",
    });
    const run = replayedRuntime(text, { tools: "run" });
    await expect(run.generateText({ ...ask, tools: { look: other } })).rejects.toThrow(
      'expected {"text":"seen a","success":true}, got {"text":"seen nothing","success":true}',
    );
  });

  test("fails where the prompt is another one, with both prompts", async () => {
    const run = replayedRuntime(await recordOne());
    await expect(run.generateText({ ...ask, prompt: "Listen." })).rejects.toThrow(
      'expected "Look.", got "Listen."',
    );
    await run.generateText(ask);
    await expect(run.generateText(ask)).rejects.toThrow("expected no further turn");
  });

  test("finds each of several runs by its prompt, in any order", async () => {
    const { runtime, text } = recordedRuntime([{ text: "One." }, { text: "Two." }]);
    await runtime.generateText({ role: "default", prompt: "1" });
    await runtime.generateText({ role: "default", prompt: "2" });
    const replayed = replayedRuntime(text());
    expect(await replayed.generateText({ role: "default", prompt: "2" })).toBe("Two.");
    expect(await replayed.generateText({ role: "default", prompt: "1" })).toBe("One.");
  });

  test("of a conversation gives its turns one after the other", async () => {
    const { runtime, text } = recordedRuntime([{ text: "One." }, { text: "Two." }]);
    const talk = async (of: Pick<typeof runtime, "openThread">): Promise<readonly string[]> => {
      await using thread = of.openThread({ role: "default" });
      return [
        await thread.generateText({ prompt: "1" }),
        await thread.generateText({ prompt: "2" }),
      ];
    };
    expect(await talk(runtime)).toEqual(["One.", "Two."]);
    expect(await talk(replayedRuntime(text()))).toEqual(["One.", "Two."]);
  });

  test("of a failure fails in the same way, with its kind", async () => {
    const { runtime, text } = recordedRuntime([{ failure: { kind: "network", message: "Gone." } }]);
    const recorded = await runtime.generateText(ask).catch((error: unknown) => error);
    const replayed = await replayedRuntime(text())
      .generateText(ask)
      .catch((error: unknown) => error);
    expect(
      [recorded, replayed].map((error) => error instanceof CodexError && error.failure),
    ).toEqual([recorded, recorded].map((error) => error instanceof CodexError && error.failure));
    expect(replayed).toMatchObject({ failure: { kind: "network", message: "Gone." } });
  });

  test("at the recorded speed waits, and an abort ends the wait", async () => {
    const times = [0, 0, 0, 0, 86_400_000];
    const { runtime, text } = recordedRuntime(script, { now: () => times.shift() ?? 86_400_000 });
    await runtime.generateText(ask);
    const abort = new AbortController();
    const run = replayedRuntime(text(), { speed: 1 }).generateText({
      ...ask,
      abortSignal: abort.signal,
      onEvent: () => abort.abort(new Error("Long enough.")),
    });
    await expect(run).rejects.toThrow("Long enough.");
    expect(() => replayText(text(), { speed: 0 })).toThrow("Expected a `speed` above 0, got 0.");
  });
});

describe("a recording", () => {
  test("of a program that was killed can be read as far as it came", async () => {
    const text = await recordOne();
    const cut = text.slice(0, text.indexOf('"turn.completed"') + 9);
    expect(lintRecording(cut).map(({ message }) => message)).toEqual([
      "Turn 1 has no end.",
      "The last line breaks off.",
    ]);
    await expect(replayedRuntime(cut).generateText(ask)).rejects.toThrow("breaks off in turn 1");
  });

  test("without a fault passes the check", async () => {
    expect(lintRecording(await recordOne())).toEqual([]);
  });

  test.each([
    ["nothing", "", "The recording has no turn."],
    ["prose", "Hello.\n", "Line 1 of the recording: it is not JSON."],
    [
      "events of Codex",
      '{"type":"turn.started"}\n',
      "Line 1 of the recording: type: Invalid discriminator value.",
    ],
    [
      "a turn without a beginning",
      '{"type":"turn-end","turn":1,"atMs":0}\n',
      'Expected a recording that begins with `{"type":"recording",…}`, got another file.',
    ],
    [
      "a later version",
      '{"type":"recording","version":2,"madeBy":"x"}\n',
      "Line 1 of the recording: version: Invalid input: expected 1.",
    ],
    ["no turn", '{"type":"recording","version":1,"madeBy":"x"}\n', "The recording has no turn."],
  ])("that is %s is refused with the reason", (_name, text, reason) => {
    expect(() => replayText(text)).toThrow(reason);
    expect(
      lintRecording(text)
        .map(({ message }) => message)
        .join(),
    ).toContain(reason);
  });

  test("with faults of order is reported line by line", async () => {
    const lines = (await recordOne()).trimEnd().split("\n");
    const isResult = (line: string): boolean => line.includes('"tool-result"');
    const without = lines.filter((line) => !isResult(line)).join("\n");
    expect(lintRecording(`${without}\n`).map(({ message }) => message)).toEqual([
      "Tool call 1 of turn 1 has no result.",
    ]);
    const late = lines.map((line, index) => line.replace(/"atMs":\d+/, `"atMs":${9 - index}`));
    expect(lintRecording(`${late.slice(0, 4).join("\n")}\n`)[1]?.message).toBe(
      "The time runs backwards, from 8 ms to 7 ms.",
    );
  });
});
