import { partialText, rawEvent, reply, startCodexSim } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { bin, openSandbox } from "../spawn-ktx.ts";
import { openScreen } from "./screen.ts";

const words = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `word${from + index}`).join(" ");

const delta = (text: string) =>
  rawEvent({
    type: "response.output_text.delta",
    item_id: "msg_1_0",
    output_index: 0,
    content_index: 0,
    delta: text,
  });

test("an answer is all there, in order and once, when the width changes while it is written", async () => {
  const whole = `${words(0, 50)} ${words(50, 100)} ${words(100, 150)}`;
  const done = rawEvent({
    type: "response.output_item.done",
    output_index: 0,
    item: {
      type: "message",
      id: "msg_1_0",
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text: whole, annotations: [] }],
    },
  });
  const parts = [
    partialText(words(0, 50)),
    delta(` ${words(50, 100)}`),
    delta(` ${words(100, 150)}`),
    done,
  ];
  await using sandbox = await openSandbox("ktx-captures-");
  await using sim = await startCodexSim({ script: [reply(parts, { betweenItemsMs: 1_000 })] });
  const screen = openScreen({
    columns: 100,
    cwd: sandbox.project,
    env: sandbox.env,
    args: [bin, "run", "Count.", "--endpoint", sim.baseUrl, "--model", "some-model"],
  });
  await screen.seen("word49");
  await screen.resize(50);
  await screen.seen("word99");
  await screen.resize(120);
  expect(await screen.exitCode).toBe(0);
  const shown = screen.lines().map((rows) => rows.join("").trimEnd());
  const from = shown.findIndex((line) => line.startsWith("word0 "));
  const to = shown.findIndex((line) => line.endsWith("word149"));
  expect(shown.slice(from, to + 1).join(" ")).toBe(whole);
  // Each part is laid out in the width that the terminal has when it comes.
  const lineOf = (word: string): number =>
    shown.find((line) => line.includes(`${word} `))?.length ?? 0;
  expect(lineOf("word10")).toBeGreaterThan(80);
  expect(lineOf("word60")).toBeLessThanOrEqual(50);
  expect(lineOf("word110")).toBeGreaterThan(100);
});
