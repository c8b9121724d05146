import { partialText, rawEvent, reply, startCodexSim } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { bin, openSandbox } from "../spawn-ktx.ts";
import { findBrokenWords } from "./check-lines.ts";
import { openScreen, type Screen } from "./screen.ts";

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

const url = "https://wiki.example/finance/refunds/net-revenue-by-month";

const parts = [
  `# Counting\n\n${words(0, 50)}\n\n- ${words(50, 70)}\n  - see ${url.slice(0, 30)}`,
  `${url.slice(30)} for it\n\n| name | what it says | net |\n|--|--|--:|\n| first | ${words(70, 80)} | 1 |\n| second | wor`,
  `d80 ${words(81, 90)} | 2 |\n\n${words(90, 150)}`,
];

test("an answer is all there, in order, once and with each word whole when the width changes while it is written", async () => {
  const done = rawEvent({
    type: "response.output_item.done",
    output_index: 0,
    item: {
      type: "message",
      id: "msg_1_0",
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text: parts.join(""), annotations: [] }],
    },
  });
  const [first = "", ...others] = parts;
  const script = () =>
    reply([partialText(first), ...others.map(delta), done], { betweenItemsMs: 600 });
  await using sandbox = await openSandbox("ktx-captures-");
  await using sim = await startCodexSim({ script });
  const show = async (columns: number, during: (screen: Screen) => Promise<void>) => {
    const args = [bin, "run", "Count.", "--endpoint", sim.baseUrl, "--model", "some-model"];
    const screen = openScreen({ columns, cwd: sandbox.project, env: sandbox.env, args });
    await during(screen);
    expect(await screen.exitCode).toBe(0);
    const lines = screen.lines();
    const from = lines.findIndex(([row]) => row === "Counting");
    const to = lines.findIndex((rows) => rows.join("").trimEnd().endsWith("word149"));
    return lines.slice(from, to + 1);
  };
  const changed = await show(100, async ({ seen, resize, lines }) => {
    await seen("word69");
    await resize(70);
    // The new layout, before the next part comes.
    await seen(/word58\n  word59/);
    expect(findBrokenWords(lines(), 70)).toEqual([]);
    await seen("second");
    await resize(120);
    await seen("word149");
  });
  expect(changed).toEqual(await show(120, async () => {}));
  expect(findBrokenWords(changed, 120)).toEqual([]);
});
